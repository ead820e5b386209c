import { Fault } from '../../src/faults/fault.js'

/** The fault that an action throws. Throws itself when there is none, or when it is no fault. */
export function faultOf(action: () => unknown): Fault {
  try {
    action()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
