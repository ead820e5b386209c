/**
 * The two things a codec may not reach for by itself: the time and the dice. Both are passed in,
 * so that every encoder can be tested against fixed bytes.
 */
import { randomFillSync } from 'node:crypto'

/** Milliseconds since the Unix epoch, UTC. */
export type Clock = () => number

/** `size` unpredictable bytes. The caller owns the result. */
export type Random = (size: number) => Uint8Array

export const systemClock: Clock = () => Date.now()

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
