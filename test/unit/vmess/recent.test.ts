import { describe, expect, test } from 'vitest'
import { makeFakeClock } from '../../../src/testing/fakes.js'
import { RecentSet } from '../../../src/vmess/recent-set.js'
import { RecentUsers } from '../../../src/vmess/recent-users.js'
import { ReplayFilter } from '../../../src/vmess/replay-filter.js'
import { SessionHistory } from '../../../src/vmess/session-history.js'
import { makeUser } from '../../../src/vmess/user.js'

const id = (n: number): Uint8Array => new Uint8Array(16).fill(n)

describe('a recent set', () => {
  test('remembers for the whole span, wherever in a generation a key came', () => {
    for (const offset of [0, 1, 50, 99]) {
      const set = new RecentSet({ spanMs: 100, limit: 10 })
      set.claim('first', 0)
      expect(set.claim('key', offset)).toBe('new')
      for (const later of [offset, offset + 60, offset + 99]) expect(set.claim('key', later)).toBe('seen')
    }
  })

  test('forgets after two spans at the latest', () => {
    const set = new RecentSet({ spanMs: 100, limit: 10 })
    set.claim('key', 0)
    expect(set.has('key', 199)).toBe(true)
    expect(set.has('key', 299)).toBe(false)
    expect(set.size).toBe(0)
  })

  test('forgets at once after a long silence', () => {
    const set = new RecentSet({ spanMs: 100, limit: 10 })
    set.claim('key', 0)
    expect(set.has('key', 200)).toBe(false)
  })

  test('refuses new keys when it is full, and knows the old ones still', () => {
    const set = new RecentSet({ spanMs: 100, limit: 2 })
    expect(['a', 'b', 'c', 'a'].map((key) => set.claim(key, 0))).toEqual(['new', 'new', 'full', 'seen'])
    expect(set.claim('c', 100)).toBe('new')
    expect(set.size).toBe(3)
  })
})

describe('the replay filter', () => {
  test('knows an auth ID until its time cannot be accepted any more', () => {
    const clock = makeFakeClock()
    const filter = new ReplayFilter(clock)
    expect(filter.has(id(1))).toBe(false)
    expect(filter.claim(id(1))).toBe('new')
    clock.advance(240_999)
    expect(filter.claim(id(1))).toBe('seen')
    expect(filter.claim(id(2))).toBe('new')
  })

  test('does not mistake one id for another that differs in its last byte', () => {
    const filter = new ReplayFilter(makeFakeClock())
    filter.claim(Uint8Array.of(...id(1).subarray(1), 7))
    expect(filter.has(Uint8Array.of(...id(1).subarray(1), 8))).toBe(false)
  })
})

describe('the session history', () => {
  const user = makeUser({ uuid: id(7) })

  test('tells sessions apart by user, key and IV, for three minutes', () => {
    const clock = makeFakeClock()
    const history = new SessionHistory(clock)
    const mark = { user, bodyKey: id(1), bodyIv: id(2) }
    expect(history.claim(mark)).toBe('new')
    expect(history.claim({ ...mark, bodyIv: id(3) })).toBe('new')
    expect(history.claim({ ...mark, bodyKey: id(3) })).toBe('new')
    expect(history.claim({ ...mark, user: makeUser({ uuid: id(8) }) })).toBe('new')
    clock.advance(179_999)
    expect(history.claim(mark)).toBe('seen')
  })
})

describe('recent users', () => {
  test('come latest first, four to an address', () => {
    const recent = new RecentUsers<string>()
    for (const user of ['a', 'b', 'c', 'd', 'e', 'c']) recent.note('::1', user)
    expect(recent.of('::1')).toEqual(['c', 'e', 'd', 'b'])
    expect(recent.of('::2')).toEqual([])
    expect(recent.of(undefined)).toEqual([])
  })

  test('are forgotten with the address unused longest', () => {
    const recent = new RecentUsers<string>()
    recent.note('first', 'a')
    recent.note('second', 'a')
    for (let i = 0; i < 4094; i++) recent.note(`address ${i}`, 'b')
    recent.note('first', 'a')
    recent.note('one too many', 'b')
    expect([recent.of('first'), recent.of('second')]).toEqual([['a'], []])
  })

  test('can be forgotten by name', () => {
    const recent = new RecentUsers<string>()
    recent.note('::1', 'a')
    recent.note('::1', 'b')
    recent.note('::2', 'a')
    recent.forget('a')
    expect([recent.of('::1'), recent.of('::2')]).toEqual([['b'], []])
  })
})
