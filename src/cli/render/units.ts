/** Numbers as people read them. */

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
const STEP = 1024

/** `512 B`, `1.5 KiB`, `20 MiB`: three digits at most. */
export function renderBytes(bytes: number): string {
  let amount = bytes
  let unit = 0
  while (amount >= STEP - 0.5 && unit < SIZES.length - 1) {
    amount /= STEP
    unit++
  }
  return `${unit === 0 || amount >= 10 ? Math.round(amount) : amount.toFixed(1)} ${SIZES[unit]}`
}

/** `0.8 ms`, `12 ms`, `3.4 s`. */
export function renderMs(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`
}

/** `1 user`, `2 users`. */
export function renderCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
