import { expect, it } from 'vitest'
import { steadyClock } from '../../../src/operations/steady-clock.js'

/** A machine on which reading a clock takes `costMs(reading)`. */
function machine(costMs: (reading: number) => number, startMs = 1_000.4) {
  let time = startMs
  let readings = 0
  const read = (): number => {
    time += costMs(readings++)
    return time
  }
  return { clock: () => Math.floor(read()), monotonic: () => read() - 500, truth: () => time }
}

it('has the fractions that the clock lacks', () => {
  const { clock, monotonic, truth } = machine(() => 0.01)
  const now = steadyClock(clock, monotonic)
  expect(Math.abs(now() - truth())).toBeLessThan(0.03)
})

it('takes another tick when the first one passed while the process had to wait', () => {
  const { clock, monotonic, truth } = machine((reading) => (reading === 50 ? 34 : 0.01))
  const now = steadyClock(clock, monotonic)
  expect(Math.abs(now() - truth())).toBeLessThan(0.03)
})

it('does not wait for a clock that stands still', () => {
  let at = 0
  const now = steadyClock(
    () => 5_000,
    () => at,
  )
  at = 250
  expect(now()).toBe(5_250)
})
