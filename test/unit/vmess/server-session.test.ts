import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../src/faults/fault.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import type { ServerSession } from '../../../src/vmess/server-session.js'
import * as naive from '../../support/naive-vmess.js'
import { accept, codeOf, concat, hex, makeScene } from '../../support/vmess-fixtures.js'

function faultOf(session: ServerSession, bytes: Uint8Array): Fault | undefined {
  try {
    session.receive(bytes)
    session.next()
  } catch (error) {
    return error as Fault
  }
  return undefined
}

const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))

describe('an accepted request', () => {
  test('carries user, header and the bytes behind the head', () => {
    const { client, server, users } = makeScene()
    const session = server('192.0.2.1')
    const request = accept(session, concat([client().head, Buffer.from('body')]))
    expect(request.user).toBe(users[0])
    expect(request.header).toMatchObject({ command: 'tcp', security: 3, options: 0x0d })
    expect(Buffer.from(request.rest).toString()).toBe('body')
    expect([session.authenticated, session.drains, session.user]).toEqual([true, false, users[0]])
  })

  test('comes once; what follows belongs to its body', () => {
    const { client, server } = makeScene()
    const session = server()
    accept(session, client().head)
    expect(session.next()).toBeUndefined()
    session.finish()
    expect(codeOf(() => session.receive(Uint8Array.of(1)))).toBe('INTERNAL_INVARIANT')
  })

  test('keeps nothing of the memory that the bytes were lent in', () => {
    const { client, server } = makeScene()
    const lent = Buffer.concat([client().head, Buffer.from('body')])
    const session = server()
    session.receive(lent.subarray(0, 60))
    expect(session.next()).toBeUndefined()
    const rest = Buffer.from(lent.subarray(60))
    lent.fill(0)
    session.receive(rest)
    const request = session.next()
    rest.fill(0)
    expect(Buffer.from(request?.rest ?? []).toString()).toBe('body')
    expect(request?.header.destination).toEqual({ kind: 'domain', host: 'www.example.com', port: 443 })
  })

  test('knows whether the client reads large chunks, and writes them', () => {
    const { client, server } = makeScene()
    const chunksOf = (largeChunks: boolean): number => {
      const { downlink } = accept(server(), client({ largeChunks, options: 0x01 }).head)
      const bytes = Buffer.concat([...downlink.encode(new Uint8Array(60_000))])
      let count = 0
      for (let at = 0; at < bytes.length; at += 2 + bytes.readUInt16BE(at)) count += 1
      return count
    }
    expect([chunksOf(true), chunksOf(false)]).toEqual([1, 4])
    expect(accept(server(), client({ largeChunks: true }).head).largeChunks).toBe(true)
    for (let i = 0; i < 20; i++) expect(accept(server(), client().head).largeChunks).toBe(false)
  })
})

describe('a fault', () => {
  test('is the same one for ever', () => {
    const { server } = makeScene()
    const session = server()
    const fault = faultOf(session, new Uint8Array(16))
    expect(fault?.code).toBe('VMESS_UNKNOWN_USER')
    expect(() => session.next()).toThrow(fault)
    expect(() => session.receive(new Uint8Array(1))).toThrow(fault)
    expect(() => session.finish()).toThrow(fault)
  })

  test('names the user as soon as one is known', () => {
    const { client, clock, server, users } = makeScene()
    const { head } = client()
    clock.advance(500_000)
    const session = server()
    const fault = faultOf(session, head)
    expect([fault?.code, fault?.context.user, fault?.context.seconds]).toEqual([
      'VMESS_CLOCK_SKEW',
      'ada@example.com',
      -500,
    ])
    expect(session.user).toBe(users[0])
  })

  test('comes when bytes are piled up and never looked at', () => {
    const { server } = makeScene()
    const session = server()
    session.receive(new Uint8Array(4000))
    expect(codeOf(() => session.receive(new Uint8Array(1)))).toBe('WIRE_TOO_LONG')
  })
})

describe('replay', () => {
  test('of two connections with one head, the first to complete it wins', () => {
    const { client, server } = makeScene()
    const { head } = client()
    const [first, second] = [server(), server()]
    for (const session of [first, second]) {
      session.receive(head.subarray(0, 50))
      expect(session.next()).toBeUndefined()
    }
    second.receive(head.subarray(50))
    expect(second.next()).toBeDefined()
    expect(faultOf(first, head.subarray(50))?.code).toBe('VMESS_REPLAY')
    expect([first.drains, first.authenticated]).toEqual([true, false])
  })

  test('a used auth ID is refused as soon as its sixteen bytes are there', () => {
    const { client, server } = makeScene()
    const { head } = client()
    accept(server(), head)
    expect(faultOf(server(), head.subarray(0, 16))?.code).toBe('VMESS_REPLAY')
  })

  test('a stranger who copies an auth ID does not use it up', () => {
    const { client, server, history } = makeScene()
    const { head } = client()
    for (const at of [20, 40, 60, head.length - 1]) {
      expect(faultOf(server(), flipped(head, at))?.code).toMatch(/^VMESS_HEADER_(LENGTH_)?TAG$/)
    }
    expect(history.authIds.has(head.subarray(0, 16))).toBe(false)
    expect(accept(server(), head).user.email).toBe('ada@example.com')
  })

  test('is refused as long as the time would be accepted, by the filter or by the clock', () => {
    const { client, clock, server } = makeScene()
    clock.advance(120_000)
    const { head } = client()
    clock.advance(-120_000)
    accept(server(), head)
    for (let second = 0; second < 300; second += 20) {
      expect(faultOf(server(), head)?.code).toBe(second <= 240 ? 'VMESS_REPLAY' : 'VMESS_CLOCK_SKEW')
      clock.advance(20_000)
    }
  })

  test('when no more can be remembered, nothing new is accepted', () => {
    const { client, clock, server } = makeScene({ historyLimit: 2 })
    accept(server(), client().head)
    accept(server(), client().head)
    const session = server()
    expect(faultOf(session, client().head)?.code).toBe('VMESS_REPLAY_LIMIT')
    clock.advance(241_000)
    accept(server(), client().head)
  })
})

describe('a legacy head', () => {
  const legacyScene = () => makeScene({ alterId: 2 })

  test('leaves the bytes behind it encrypted, for they are the body', () => {
    const { client, server } = legacyScene()
    const body = makeSeededRandom(9)(500)
    const request = accept(server(), concat([client({ legacy: true }).head, body]))
    expect(request.legacy).toBe(true)
    expect(hex(request.rest)).toBe(hex(body))
  })

  test('that ends early burns its second', () => {
    const { client, server } = legacyScene()
    const session = server()
    session.receive(client({ legacy: true }).head.subarray(0, -1))
    expect(session.next()).toBeUndefined()
    expect(codeOf(() => session.finish())).toBe('WIRE_TRUNCATED')
    expect(faultOf(server(), client({ legacy: true }).head)?.code).toBe('VMESS_LEGACY_TAINTED')
  })

  test('that ends before its fixed part is complete burns nothing', () => {
    const { client, server } = legacyScene()
    const session = server()
    session.receive(client({ legacy: true }).head.subarray(0, 16 + 37))
    session.next()
    expect(codeOf(() => session.finish())).toBe('WIRE_TRUNCATED')
    expect(accept(server(), client({ legacy: true }).head).legacy).toBe(true)
  })

  test('with any bit of the header flipped is refused and drains', () => {
    for (let at = 16; at < 16 + 60; at += 7) {
      const { client, server } = legacyScene()
      const session = server()
      const { head } = client({ legacy: true })
      try {
        session.receive(flipped(head, at))
        session.next()
        session.finish()
        expect.unreachable()
      } catch (error) {
        expect((error as Fault).code).toMatch(/^VMESS_(CHECKSUM|COMMAND|ADDRESS_TYPE)$|^WIRE_TRUNCATED$/)
      }
      expect(session.drains).toBe(true)
    }
  })

  test('is answered in kind', () => {
    const { client, server, users } = legacyScene()
    const { head } = client({ legacy: true })
    expect(hex(head.subarray(0, 16))).toBe(
      hex(
        naive
          .legacyHead(
            new Uint8Array(16),
            naive.alterId(users[0]?.uuid as Uint8Array, 0),
            1_700_000_000,
          )(head)
          .subarray(0, 16),
      ),
    )
    const { header, responseHead } = accept(server(), head)
    const plain = Uint8Array.of(header.responseCheck, 0, 0, 0)
    expect(hex(responseHead)).toBe(hex(naive.legacyResponse(header.bodyKey, header.bodyIv, plain)))
  })
})

test('an AEAD head is answered in kind', () => {
  const { client, server } = makeScene()
  const { header, responseHead } = accept(server(), client().head)
  const plain = Uint8Array.of(header.responseCheck, 0, 0, 0)
  expect(hex(responseHead)).toBe(hex(concat(naive.aeadResponse(header.bodyKey, header.bodyIv, plain))))
})
