/**
 * What nothing below the engine may reach for by itself: the time, the dice and the beat. They are
 * passed in, so that every encoder can be tested against fixed bytes and no test has to wait.
 */
import { randomFillSync } from 'node:crypto'

/** Milliseconds since the Unix epoch, UTC. */
export type Clock = () => number

/** Milliseconds since some moment; never goes back, however the time of day is set. */
export type MonotonicClock = () => number

/** `size` unpredictable bytes. The caller owns the result. */
export type Random = (size: number) => Uint8Array

/**
 * Calls `tick` about every `everyMs` milliseconds until the function it returned is called. One beat
 * drives many coarse deadlines; it never keeps the process alive.
 */
export type Ticker = (everyMs: number, tick: () => void) => () => void

export const systemTicker: Ticker = (everyMs, tick) => {
  const interval = setInterval(tick, everyMs).unref()
  return () => {
    clearInterval(interval)
  }
}

export const systemClock: Clock = () => Date.now()

export const systemMonotonic: MonotonicClock = () => performance.now()

const POOL_BYTES = 4096
let pool = new Uint8Array(0)
let used = 0

/** Drawn from the operating system in blocks; each byte is handed out once. */
export const systemRandom: Random = (size) => {
  if (size > POOL_BYTES) return randomFillSync(new Uint8Array(size))
  if (used + size > pool.length) {
    pool = randomFillSync(new Uint8Array(POOL_BYTES))
    used = 0
  }
  const bytes = pool.slice(used, used + size)
  pool.fill(0, used, used + size)
  used += size
  return bytes
}

/** The processor family, as `process.arch` has it: decides what security `auto` means. */
export const systemArchitecture: string = process.arch
