import { describe, expect, test } from 'vitest'
import { hintsLargeChunks } from '../../../src/vmess/large-chunk-hint.js'
import { accept, codeOf, concat, hex, makeScene, SITE } from '../../support/vmess-fixtures.js'

/** A client whose request was accepted, with the response to it. */
function answered(options = {}) {
  const scene = makeScene({ alterId: 1 })
  const client = scene.client(options)
  const request = accept(scene.server(), client.head)
  return { scene, client, response: request.responseHead }
}

describe('the request head', () => {
  test('is new for every session, of the same user in the same second', () => {
    const { client } = makeScene()
    const heads = new Set(Array.from({ length: 50 }, () => hex(client().head.subarray(0, 16))))
    expect(heads.size).toBe(50)
  })

  test('has random padding of 0 to 15 bytes', () => {
    const { client, server } = makeScene()
    const lengths = Array.from({ length: 200 }, () => accept(server(), client().head).header.padding.length)
    expect(new Set(lengths).size).toBe(16)
    expect(Math.max(...lengths)).toBe(15)
  })

  test('carries the mark for large chunks in 8 to 15 bytes of padding', () => {
    const { client, server } = makeScene()
    const headers = Array.from(
      { length: 100 },
      () => accept(server(), client({ largeChunks: true }).head).header,
    )
    expect(new Set(headers.map(({ padding }) => padding.length)).size).toBe(8)
    for (const { bodyKey, bodyIv, padding } of headers) {
      expect(hintsLargeChunks(bodyKey, padding)).toBe(true)
      expect(hintsLargeChunks(bodyIv, padding)).toBe(false)
    }
  })

  test.each([
    ['aes-128-cfb', 1],
    ['aes-128-gcm', 3],
    ['chacha20-poly1305', 4],
    ['none', 5],
    ['zero', 5],
  ] as const)('security %s is %d on the wire', (security, wire) => {
    const { client, server } = makeScene()
    expect(accept(server(), client({ security, options: 1 }).head).header.security).toBe(wire)
  })

  test('of mux has no destination', () => {
    const { client, server } = makeScene()
    const { header } = accept(server(), client({ command: 'mux' }).head)
    expect([header.command, header.destination]).toEqual(['mux', undefined])
  })

  test('is not made from what cannot be sent', () => {
    const { client } = makeScene()
    expect(codeOf(() => client({ destination: { ...SITE, host: 'a b' } as never }))).toBe('VMESS_DOMAIN')
    expect(codeOf(() => client({ options: 0x09 }))).toBe('VMESS_OPTIONS')
    expect(codeOf(() => client({ security: 'zero', command: 'udp', options: 0 }))).toBe('VMESS_OPTIONS')
  })
})

describe('the response', () => {
  test.each([false, true])('comes once, with the bytes behind it (legacy: %s)', (legacy) => {
    const { client, response } = answered({ legacy })
    client.receive(concat([response, Buffer.from('body')]))
    const accepted = client.next()
    expect(accepted?.responseOption).toBe(0)
    expect(accepted?.command).toBeUndefined()
    expect(Buffer.from(accepted?.rest ?? []).toString()).toBe('body')
    expect(client.next()).toBeUndefined()
    client.finish()
    expect(codeOf(() => client.receive(Uint8Array.of(1)))).toBe('INTERNAL_INVARIANT')
  })

  test('to another request is refused, and so is everything after it', () => {
    const { scene, response } = answered()
    const other = scene.client()
    other.receive(response)
    for (const call of [() => other.next(), () => other.receive(response), () => other.finish()]) {
      expect(codeOf(call)).toBe('VMESS_RESPONSE_LENGTH_TAG')
    }
  })

  test('that never comes is a truncation', () => {
    const { client } = answered()
    expect(codeOf(() => client.finish())).toBe('WIRE_TRUNCATED')
  })
})
