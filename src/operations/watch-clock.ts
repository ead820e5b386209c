import { setTimeout as wait } from 'node:timers/promises'
import { asFault, type Fault } from '../faults/fault.js'
import { type ClockOptions, type ClockReport, measureClock } from './clock.js'

export interface WatchOptions extends ClockOptions {
  /** From the end of one measurement to the next. */
  readonly intervalMs: number
  /** Goes on until `signal` unless given. */
  readonly count?: number
  readonly signal: AbortSignal
}

/** Measures again and again; a measurement that fails is one of the results. */
export async function* watchClock(options: WatchOptions): AsyncGenerator<ClockReport | Fault> {
  const { intervalMs, count = Number.POSITIVE_INFINITY, signal } = options
  for (let i = 0; i < count && !signal.aborted; i++) {
    if (i > 0) await wait(intervalMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    yield await measureClock(options).catch(asFault)
  }
}
