import { expect, it } from 'vitest'
import { LookUpTurns } from '../../../src/inbound/look-up-turns.js'

/** A job of so many steps that writes down what it does. */
function job(turns: LookUpTurns, name: string, { steps, log }: { steps: number; log: string[] }): void {
  let left = steps
  turns.add(
    () => {
      log.push(name)
      return --left > 0
    },
    () => log.push(`${name} done`),
  )
}

it('does one step in a turn of the event loop, by turns', async () => {
  const turns = new LookUpTurns()
  const log: string[] = []
  job(turns, 'a', { steps: 3, log })
  job(turns, 'b', { steps: 1, log })
  expect(log).toEqual([])
  const seen: number[] = []
  while (!log.includes('a done')) {
    seen.push(log.filter((entry) => !entry.endsWith('done')).length)
    await new Promise(setImmediate)
  }
  expect(log).toEqual(['a', 'b', 'b done', 'a', 'a', 'a done'])
  expect(seen).toEqual([0, 1, 2, 3])
})
