import { afterEach, describe, expect, test, vi } from 'vitest'
import { AesLookup } from '../../../src/crypto/aes-lookup.js'
import { HmacMd5 } from '../../../src/crypto/hmac-md5.js'
import { makeFakeClock, makeSeededRandom } from '../../../src/testing/fakes.js'
import { LegacyIndex } from '../../../src/vmess/legacy-index.js'
import { idChainOf, makeUser } from '../../../src/vmess/user.js'
import { UserTable } from '../../../src/vmess/user-table.js'
import * as naive from '../../support/naive-vmess.js'
import { hex } from '../../support/vmess-fixtures.js'

const NOW = 1_700_000_000
const random = makeSeededRandom(21)

function makeTable(count: number, alterId = 0) {
  const clock = makeFakeClock(NOW * 1000 + 999)
  const users = Array.from({ length: count }, (_, i) =>
    makeUser({ uuid: random(16), alterId, email: `user-${i}` }),
  )
  return { clock, users, table: new UserTable(users, clock) }
}

const aead = (uuid: Uint8Array, seconds = NOW): Uint8Array => naive.authId(uuid, seconds, random(4))
const legacy = (id: Uint8Array, seconds = NOW): Uint8Array =>
  naive.legacyHead(id, id, seconds)(new Uint8Array(0))

describe('finding a user by an AEAD auth ID', () => {
  test('each of a hundred users is found, with and without a known address', () => {
    const { users, table } = makeTable(100)
    for (const user of users) {
      expect(table.find(aead(user.uuid))).toEqual({ kind: 'aead', user, seconds: NOW })
      table.accepted(user, '192.0.2.1')
      expect(table.find(aead(user.uuid), '192.0.2.1')?.user).toBe(user)
    }
    expect(table.size).toBe(100)
    expect([...table.users()]).toEqual(users)
  })

  test('sixteen bytes of anything else are nobody', () => {
    const { table } = makeTable(100)
    for (let i = 0; i < 200; i++) expect(table.find(random(16), '192.0.2.1')).toBeUndefined()
  })

  test.each([
    [-120, 'aead'],
    [120, 'aead'],
    [-121, 'skewed'],
    [121, 'skewed'],
    [86_400, 'skewed'],
  ])('a time %d s from ours is %s', (offset, kind) => {
    const { users, table } = makeTable(3)
    const user = users[1]
    const match = table.find(aead(user?.uuid as Uint8Array, NOW + offset))
    expect(match).toMatchObject({ kind, user, ...(kind === 'skewed' && { ahead: offset }) })
  })

  test('a user that was removed is nobody, also at an address where it was seen', () => {
    const { users, table } = makeTable(3, 1)
    const [user] = users
    if (user === undefined) throw new Error('no user')
    table.accepted(user, '192.0.2.1')
    expect(table.remove(user.uuid)).toBe(true)
    expect(table.remove(user.uuid)).toBe(false)
    expect(table.find(aead(user.uuid), '192.0.2.1')).toBeUndefined()
    expect(table.find(legacy(user.uuid))).toBeUndefined()
  })

  test('a user may be added while the table is in use, and replaces the one with its id', () => {
    const { users, table } = makeTable(2)
    const uuid = users[0]?.uuid as Uint8Array
    const renamed = makeUser({ uuid, email: 'renamed', alterId: 1 })
    table.add(renamed)
    expect(table.size).toBe(2)
    expect(table.find(aead(uuid))?.user).toBe(renamed)
    expect(table.find(legacy(uuid))?.user).toBe(renamed)
  })
})

describe('the cost of a look-up', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('a user seen lately at this address is tried before all others', () => {
    const { users, table } = makeTable(100)
    const user = users[99]
    if (user === undefined) throw new Error('no user')
    const tries = vi.spyOn(AesLookup.prototype, 'decrypt')
    table.find(aead(user.uuid), '192.0.2.1')
    expect(tries).toHaveBeenCalledTimes(100)
    table.accepted(user, '192.0.2.1')
    table.find(aead(user.uuid), '192.0.2.1')
    expect(tries).toHaveBeenCalledTimes(101)
  })

  test('the legacy index holds the seconds of the window and no others', () => {
    const index = new LegacyIndex()
    index.add(makeUser({ uuid: random(16), alterId: 4 }))
    for (let now = NOW; now < NOW + 1000; now += 10) {
      expect(index.find(random(16), now)).toBeUndefined()
      expect(index.size).toBe(241 * 5)
    }
    index.remove(makeUser({ uuid: random(16), alterId: 4 }))
    expect(index.size).toBe(241 * 5)
  })
})

describe('many legacy ids', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const many = makeUser({ uuid: random(16), alterId: 4_999 })

  test('strangers buy no more signatures than the budget, however often they call', () => {
    const index = new LegacyIndex()
    index.add(many)
    const signed = vi.spyOn(HmacMd5.prototype, 'digest')
    for (let i = 0; i < 10; i++) index.find(random(16), NOW)
    expect(signed.mock.calls.length).toBe(65_536)
    for (let i = 0; i < 10; i++) index.find(random(16), NOW + 1)
    expect(signed.mock.calls.length).toBe(65_536 + 32_768)
  })

  test('what is signed is found without signing again; the rest has its turn as time passes', () => {
    const index = new LegacyIndex()
    index.add(many)
    const late = legacy(many.uuid, NOW + 12)
    expect(index.find(late, NOW)).toBeUndefined()
    expect(index.find(legacy(many.uuid, NOW + 2), NOW)).toEqual({ user: many, seconds: NOW + 2 })
    const signed = vi.spyOn(HmacMd5.prototype, 'digest')
    index.find(legacy(many.uuid, NOW + 2), NOW)
    expect(signed).toHaveBeenCalledTimes(1)
    let now = NOW
    while (index.find(late, now) === undefined) now++
    expect(now).toBeLessThan(NOW + 12)
  })

  test('past the limit the highest alter ids are left out, not the users', () => {
    const index = new LegacyIndex()
    const long = makeUser({ uuid: random(16), alterId: 65_535 })
    const short = makeUser({ uuid: random(16), alterId: 1 })
    index.add(long)
    index.add(short)
    expect(index.find(legacy(naive.alterId(short.uuid, 0)), NOW)?.user).toBe(short)
    const ids = [...idChainOf(long)]
    expect(index.find(legacy(ids[65_532] as Uint8Array), NOW)?.user).toBe(long)
    expect(index.find(legacy(ids[65_533] as Uint8Array), NOW)).toBeUndefined()
    expect(index.size).toBe(65_536)
  })
})

describe('finding a user by a legacy auth', () => {
  test('the beginning of a signature is not enough', () => {
    const { users, table } = makeTable(1, 1)
    const auth = Buffer.from(legacy(users[0]?.uuid as Uint8Array))
    auth[15] = (auth[15] as number) ^ 1
    expect(table.find(auth)).toBeUndefined()
  })

  test('main id and every alter id, of users that have alter ids only', () => {
    const { users, table } = makeTable(5, 3)
    const modern = makeUser({ uuid: random(16) })
    table.add(modern)
    for (const user of users) {
      const ids = [user.uuid, ...[0, 1, 2].map((index) => naive.alterId(user.uuid, index))]
      for (const id of ids) expect(table.find(legacy(id))).toEqual({ kind: 'legacy', user, seconds: NOW })
      expect(table.find(legacy(naive.alterId(user.uuid, 3)))).toBeUndefined()
    }
    expect(table.find(legacy(modern.uuid))).toBeUndefined()
  })

  test('the window is 120 s wide on both sides and moves with the clock', () => {
    const { clock, users, table } = makeTable(1, 1)
    const uuid = users[0]?.uuid as Uint8Array
    for (const start of [NOW, NOW + 50, NOW + 1000, NOW + 1001]) {
      clock.set(start * 1000)
      const found = [-121, -120, 0, 120, 121].map((offset) => table.find(legacy(uuid, start + offset))?.kind)
      expect(found).toEqual([undefined, 'legacy', 'legacy', 'legacy', undefined])
    }
  })

  test('users that come and go do not shift the signatures of the others', () => {
    const { users, table } = makeTable(3, 2)
    expect(table.find(random(16))).toBeUndefined()
    const late = makeUser({ uuid: random(16), alterId: 1 })
    table.add(late)
    table.remove(users[1]?.uuid as Uint8Array)
    for (const user of [users[0], users[2], late]) {
      expect(table.find(legacy(user?.uuid as Uint8Array, NOW - 60))?.user).toBe(user)
    }
    expect(table.find(legacy(users[1]?.uuid as Uint8Array, NOW - 60))).toBeUndefined()
  })

  test('a tainted auth stays tainted however the time of day is set', () => {
    const clock = makeFakeClock(NOW * 1000)
    const monotonic = makeFakeClock(0)
    const user = makeUser({ uuid: random(16), alterId: 1 })
    const table = new UserTable([user], clock, monotonic)
    const auth = legacy(user.uuid)
    table.taint(auth)
    clock.advance(3_600_000)
    expect(table.find(auth)).toBeUndefined()
    clock.advance(-3_600_000)
    monotonic.advance(1_000)
    expect(table.find(auth)?.kind).toBe('tainted')
  })

  test('a tainted auth stays tainted while its second lasts, its neighbours are free', () => {
    const { clock, users, table } = makeTable(1, 1)
    const user = users[0]
    const auth = legacy(user?.uuid as Uint8Array, NOW + 120)
    table.taint(auth)
    expect(table.find(auth)).toMatchObject({ kind: 'tainted', user })
    expect(table.find(legacy(user?.uuid as Uint8Array, NOW + 119))?.kind).toBe('legacy')
    clock.set((NOW + 240) * 1000 + 999)
    expect(table.find(auth)?.kind).toBe('tainted')
    clock.advance(1)
    expect(table.find(auth)).toBeUndefined()
    expect(hex(auth)).toHaveLength(32)
  })
})

describe('warming a look-up up', () => {
  /** Signatures that an action computes. */
  function signaturesOf(action: () => unknown): number {
    const spy = vi.spyOn(HmacMd5.prototype, 'digest')
    action()
    const { length } = spy.mock.calls
    spy.mockRestore()
    return length
  }

  test('is done in slices, after which a stranger costs next to nothing', () => {
    const { table } = makeTable(10, 4_095)
    const stranger = random(16)
    let more = true
    let slices = 0
    for (; more; slices++) {
      expect(signaturesOf(() => (more = table.warm(stranger)))).toBeLessThanOrEqual(2_048)
    }
    expect(slices).toBeGreaterThan(10)
    expect(signaturesOf(() => expect(table.find(stranger)).toBeUndefined())).toBe(0)
  })

  test('stops at the one who signed', () => {
    const { table, users } = makeTable(10, 4_095)
    const [first] = idChainOf(users[0] as (typeof users)[0])
    const auth = legacy(first as Uint8Array)
    expect(table.warm(auth)).toBe(false)
    expect(table.find(auth)).toMatchObject({ kind: 'legacy', user: users[0] })
  })

  test('is not needed for a user of today, for few ids, and where there are none', () => {
    const large = makeTable(10, 4_095)
    expect(signaturesOf(() => large.table.warm(aead(large.users[3]?.uuid as Uint8Array)))).toBe(0)
    expect(signaturesOf(() => makeTable(2, 1).table.warm(random(16)))).toBe(0)
    expect(makeTable(2).table.warm(random(16))).toBe(false)
  })
})
