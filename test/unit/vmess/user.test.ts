import { describe, expect, test } from 'vitest'
import { idChainOf, legacyClientId, makeUser } from '../../../src/vmess/user.js'
import * as naive from '../../support/naive-vmess.js'
import { hex } from '../../support/vmess-fixtures.js'

const uuid = Uint8Array.from({ length: 16 }, (_, i) => i)

describe('a user', () => {
  test('keeps its own copy of the id and its keys', () => {
    const given = uuid.slice()
    const user = makeUser({ uuid: given })
    given.fill(0xff)
    expect(hex(user.uuid)).toBe(hex(uuid))
    expect(user.commandKey).toBe(user.commandKey)
    expect(hex(user.authIdKey)).toBe(
      hex(naive.kdf(naive.commandKey(uuid), 'AES Auth ID Encryption').subarray(0, 16)),
    )
  })

  test('has the defaults of a user of whom only the id is known', () => {
    const { alterId, email, level } = makeUser({ uuid })
    expect({ alterId, email, level }).toEqual({ alterId: 0, email: '', level: 0 })
  })

  test('is called by its email, else by the first digits of its id', () => {
    expect(makeUser({ uuid, email: 'ada@example.com' }).label).toBe('ada@example.com')
    expect(makeUser({ uuid }).label).toBe('0001****')
  })
})

describe('alter ids', () => {
  test('are as many as configured, each from the one before', () => {
    const ids = [...idChainOf(makeUser({ uuid, alterId: 6 }))].slice(1)
    expect(ids.map(hex)).toEqual([0, 1, 2, 3, 4, 5].map((index) => hex(naive.alterId(uuid, index))))
  })

  test('a legacy client signs with the first one, without any with the main id', () => {
    expect(hex(legacyClientId(makeUser({ uuid, alterId: 4 })))).toBe(hex(naive.alterId(uuid, 0)))
    expect(hex(legacyClientId(makeUser({ uuid })))).toBe(hex(uuid))
  })
})
