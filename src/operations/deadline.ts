import { Fault } from '../faults/fault.js'

/**
 * Runs an attempt that gives up, with `DIAL_TIMEOUT`, when its signal says that the time is over. `what` is
 * what did not happen in time.
 */
export async function withDeadline<Result>(
  ms: number,
  what: string,
  attempt: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    controller.abort(new Fault('DIAL_TIMEOUT', { why: `${what} within ${ms} ms` }))
  }, ms)
  try {
    return await attempt(controller.signal)
  } finally {
    clearTimeout(timer)
  }
}
