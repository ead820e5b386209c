import { expect, it } from 'vitest'
import { Beat, type Watched } from '../../../src/engine/timeouts.js'
import { makeFakeTicker } from '../../../src/testing.js'

function makeWatched(): Watched & { beats: number } {
  return {
    beats: 0,
    onBeat() {
      this.beats++
    },
  }
}

it('looks at everything watched with one tick', () => {
  const time = makeFakeTicker()
  const beat = new Beat(time.ticker, 500)
  const watched = [makeWatched(), makeWatched(), makeWatched()]
  for (const each of watched) beat.watch(each)
  expect(time.running).toBe(1)
  time.advance(1_600)
  expect(watched.map(({ beats }) => beats)).toEqual([3, 3, 3])
})

it('rests while nothing is watched, and begins again', () => {
  const time = makeFakeTicker()
  const beat = new Beat(time.ticker)
  const watched = makeWatched()
  beat.watch(watched)
  beat.forget(watched)
  time.advance(1_000)
  expect([time.running, watched.beats]).toEqual([0, 0])
  beat.watch(watched)
  time.advance(1_000)
  expect([time.running, watched.beats]).toEqual([1, 1])
})

it('allows to forget during the beat', () => {
  const time = makeFakeTicker()
  const beat = new Beat(time.ticker)
  const second = makeWatched()
  const first: Watched = {
    onBeat: () => {
      beat.forget(first)
      beat.forget(second)
    },
  }
  beat.watch(first)
  beat.watch(second)
  time.advance(1_000)
  expect([time.running, second.beats]).toEqual([0, 0])
})

it('counts whole beats', () => {
  const beat = new Beat(makeFakeTicker().ticker)
  expect([0, 1, 1_000, 1_001, 300_000].map((ms) => beat.beats(ms))).toEqual([0, 1, 1, 2, 300])
})
