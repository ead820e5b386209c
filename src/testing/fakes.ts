/** Time, dice and beats that do as they are told. */
import type { Clock, Random, Ticker } from '../ports/ports.js'

/** A clock that stands still until it is moved. Call it for the time. */
export interface FakeClock extends Clock {
  /** Milliseconds since the Unix epoch from now on. */
  set(now: number): void
  advance(ms: number): void
}

export function makeFakeClock(now = 1_700_000_000_000): FakeClock {
  let time = now
  const clock = (): number => time
  return Object.assign(clock, {
    set: (value: number) => {
      time = value
    },
    advance: (ms: number) => {
      time += ms
    },
  })
}

/** A ticker whose time passes by `advance` only. */
export interface FakeTicker {
  readonly ticker: Ticker
  /** Ticks that are not stopped. */
  readonly running: number
  /** Lets `ms` pass; each tick comes when it is due, in order of time. */
  advance(ms: number): void
}

interface Tick {
  readonly everyMs: number
  readonly tick: () => void
  due: number
}

export function makeFakeTicker(): FakeTicker {
  const ticks = new Set<Tick>()
  let time = 0
  const earliest = (): Tick | undefined => [...ticks].sort((a, b) => a.due - b.due)[0]
  return {
    ticker: (everyMs, tick) => {
      const entry = { everyMs, tick, due: time + everyMs }
      ticks.add(entry)
      return () => {
        ticks.delete(entry)
      }
    },
    get running() {
      return ticks.size
    },
    advance: (ms) => {
      const end = time + ms
      for (let next = earliest(); next !== undefined && next.due <= end; next = earliest()) {
        time = next.due
        next.due += next.everyMs
        next.tick()
      }
      time = end
    },
  }
}

/** The same bytes for the same seed, for ever. Not for secrets. */
export function makeSeededRandom(seed = 1): Random {
  let state = seed >>> 0
  return (size) => {
    const bytes = new Uint8Array(size)
    for (let i = 0; i < size; i++) {
      // mulberry32
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      bytes[i] = (mixed ^ (mixed >>> 14)) >>> 24
    }
    return bytes
  }
}
