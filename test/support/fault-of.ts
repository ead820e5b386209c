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

/** The fault that a promise is rejected with. Throws as `faultOf` does. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Fault> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason) => reason,
  )
  return faultOf(() => {
    if (error !== undefined) throw error
  })
}
