import { describe, expect, test } from 'vitest'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import { explainRejection, matchFault } from '../../../src/vmess/rejection.js'
import { makeUser } from '../../../src/vmess/user.js'
import * as naive from '../../support/naive-vmess.js'

const NOW = 1_700_000_000
const random = makeSeededRandom(31)
const ada = makeUser({ uuid: random(16), email: 'ada@example.com' })
const users = [makeUser({ uuid: random(16) }), ada]
const explain = (bytes: Uint8Array | string): string =>
  explainRejection(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, { users, now: NOW })
const legacy = (id: Uint8Array, seconds: number): Uint8Array => naive.legacyHead(id, id, seconds)(random(50))

describe('another protocol', () => {
  test.each([
    ['GET /ws?ed=2048 HTTP/1.1\r\nHost: a\r\n', 'it asks for /ws?ed=2048'],
    ['POST / HTTP/1.0\r\n', 'the client speaks HTTP'],
    ['HEAD /', 'the client speaks HTTP'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'the client speaks HTTP/2'],
    ['\x16\x03\x01\x02\x00\x01', 'the client speaks TLS'],
    ['SSH-2.0-OpenSSH_9.6\r\n', 'an SSH client'],
    ['\x05\x01\x00', 'a SOCKS5 client'],
    ['\x04\x01\x00\x50\x01\x02\x03\x04\x00', 'a SOCKS4 client'],
    ['', 'nothing was sent'],
    ['abc', '3 bytes only'],
  ])('%j', (bytes, reason) => {
    expect(explain(bytes)).toContain(reason)
  })
})

describe('a legacy header that was refused', () => {
  test('of a user without alter ids', () => {
    expect(explain(legacy(ada.uuid, NOW + 3))).toBe(
      'user ada@example.com sends a legacy header (alterId above 0 on the client); set alterId to 0 there',
    )
    expect(explain(legacy(naive.alterId(ada.uuid, 0), NOW - 3))).toContain(
      'ada@example.com sends a legacy header',
    )
  })

  test.each([
    [-124, '124 s behind'],
    [121, '121 s ahead'],
  ])('with a clock %d s off', (offset, words) => {
    const facts = { users: [ada], now: NOW }
    expect(explainRejection(legacy(ada.uuid, NOW + offset), facts)).toContain(words)
  })

  test('beyond what the search may cost is not explained', () => {
    expect(explain(legacy(ada.uuid, NOW + 100))).toContain('an id that is not ours')
  })
})

test('anything else may be three things', () => {
  expect(explain(random(100))).toContain('an id that is not ours')
  expect(explainRejection(random(100), { users: [], now: NOW })).toContain('an id that is not ours')
})

test('the fault of a skewed clock says who, how far and which way', () => {
  const fault = matchFault({ kind: 'skewed', user: ada, ahead: -214 })
  expect(fault.message).toContain('it is 214 s behind ours; 120 s are allowed')
  expect(fault.context).toEqual({ user: 'ada@example.com', seconds: -214 })
  expect(matchFault({ kind: 'skewed', user: ada, ahead: 300 }).message).toContain('300 s ahead of ours')
})
