import { describe, expect, it } from 'vitest'
import type { EarlyDataConfig } from '../../../src/config/config.js'
import type { Connection } from '../../../src/contracts/connection.js'
import type { Transport } from '../../../src/contracts/transport.js'
import { asFault } from '../../../src/faults/fault.js'
import { makeMemoryTransport, Recorder } from '../../../src/testing.js'
import { patternBytes } from '../../../src/testing/contract.js'
import { makeHttpUpgradeTransport } from '../../../src/transport/http-upgrade.js'
import { makeWebSocketTransport } from '../../../src/transport/websocket.js'
import { NEVER, PLACE, settings, textOf, type VisitOptions } from '../../support/web-visit.js'

/** A client of ours before a server that answers as it is told; resolves with the request. */
async function call(transportOf: (below: Transport) => Transport, answer: (request: string) => string) {
  const below = makeMemoryTransport()
  const heard = new Promise<{ text: string; connection: Recorder }>((resolve) => {
    void below.listen(PLACE, {
      onConnection: (raw) => {
        const recorder = new Recorder(raw)
        let answered = false
        recorder.onEvent = () => {
          const text = textOf(recorder)
          if (answered || !text.includes('\r\n\r\n')) return
          answered = true
          raw.write(Buffer.from(answer(text), 'latin1'))
          resolve({ text, connection: recorder })
        }
      },
    })
  })
  return { attempt: transportOf(below).connect(PLACE, { signal: NEVER }), heard }
}

const acceptOf = async (text: string): Promise<string> => {
  const { websocketAccept } = await import('../../../src/crypto/websocket-accept.js')
  return websocketAccept(/Sec-WebSocket-Key: (\S+)/.exec(text)?.[1] ?? '')
}

describe('a client', () => {
  const ws = (options: VisitOptions) => (below: Transport) =>
    makeWebSocketTransport({ below, ...settings(options) })

  it.each([
    [
      '404 Not Found',
      'Server: nginx\r\n',
      '404 Not Found from nginx',
      'compare path and Host with the server, slash by slash',
    ],
    [
      '301 Moved Permanently',
      'Location: https://a/\r\n',
      '301 Moved Permanently to https://a/',
      'the server redirects, mostly to https: switch TLS on',
    ],
    [
      '200 OK',
      '',
      '200 OK',
      'an ordinary page answered: the path, or the Host, is not the one that is proxied',
    ],
    ['418 Teapot', '', '418 Teapot', 'compare path, Host and TLS with the server'],
  ])('says what answered in place of 101: %s', async (...[status, fields, why, hint]) => {
    const { attempt } = await call(ws({}), () => `HTTP/1.1 ${status}\r\n${fields}\r\n`)
    const fault = await attempt.then(() => undefined, asFault)
    expect([fault?.code, fault?.why, fault?.hint]).toEqual(['TRANSPORT_UPGRADE', why, hint])
  })

  it.each([
    ['a key that is not ours', 'HTTP/1.1 101 X\r\nSec-WebSocket-Accept: abc\r\n\r\n'],
    ['something else than HTTP', 'SSH-2.0-x\r\n\r\n'],
    ['TLS', '\x15\x03\x01\x00\x02\x02\x28\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`],
  ])('refuses an answer with %s', async (_, answer) => {
    const { attempt } = await call(ws({}), () => answer)
    await expect(attempt).rejects.toMatchObject({ code: 'TRANSPORT_UPGRADE' })
  })

  it('names its place and adds the configured headers', async () => {
    const place = { path: '/a b?x=1', host: 'cdn.example', headers: { 'User-Agent': 'curl/8', 'X-Y': 'z' } }
    const { attempt, heard } = await call(ws({ place }), () => 'HTTP/1.1 404 X\r\n\r\n')
    await expect(attempt).rejects.toMatchObject({ code: 'TRANSPORT_UPGRADE' })
    expect((await heard).text.replace(/Key: \S+/, 'Key: K')).toBe(
      'GET /a%20b?x=1 HTTP/1.1\r\nHost: cdn.example\r\nUser-Agent: curl/8\r\nX-Y: z\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: K\r\n\r\n',
    )
  })

  it('of HTTPUpgrade sends no key, and reads what comes with the answer', async () => {
    const { attempt, heard } = await call(
      (below) => makeHttpUpgradeTransport({ below, ...settings({}) }),
      () => 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n\r\nhello',
    )
    const near = new Recorder(await attempt)
    await near.untilReceived(5)
    expect(textOf(near)).toBe('hello')
    expect((await heard).text).not.toContain('Sec-WebSocket')
  })

  it('of HTTPUpgrade refuses an upgrade to something else', async () => {
    const { attempt } = await call(
      (below) => makeHttpUpgradeTransport({ below, ...settings({}) }),
      () => 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n',
    )
    await expect(attempt).rejects.toMatchObject({ code: 'TRANSPORT_UPGRADE' })
  })
})

const HEADER: EarlyDataConfig = { bytes: 20, header: 'Sec-WebSocket-Protocol' }

describe('early data of a client', () => {
  const start = async (earlyData: EarlyDataConfig) => {
    const below = makeMemoryTransport()
    const peer = new Promise<Recorder>((resolve) => {
      void below.listen(PLACE, { onConnection: (raw) => resolve(new Recorder(raw)) })
    })
    const transport = makeWebSocketTransport({ below, ...settings({ earlyData }) })
    const near = new Recorder(await transport.connect(PLACE, { signal: NEVER }))
    return { near, peer: await peer }
  }
  const text64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

  it.each([
    ['a header', HEADER, `Sec-WebSocket-Protocol: ${text64(patternBytes(20))}\r\n`],
    ['a header of its own', { bytes: 20, header: 'X-Early' }, `X-Early: ${text64(patternBytes(20))}\r\n`],
    ['the path', { bytes: 20 }, `GET /ray${text64(patternBytes(20))} HTTP/1.1\r\n`],
  ])('travels in %s, and the rest behind the answer', async (_, earlyData, expected) => {
    const { near, peer } = await start(earlyData)
    expect(near.connection.write(patternBytes(50))).toBe(false)
    expect(near.connection.unsent).toBeGreaterThanOrEqual(30)
    await peer.until('the request came', () => textOf(peer).includes('\r\n\r\n'))
    expect(textOf(peer)).toContain(expected)
    const requestLength = peer.received
    const echo = textOf(peer).match(/Sec-WebSocket-Protocol: \S+\r\n/)?.[0] ?? ''
    const accept = await acceptOf(textOf(peer))
    peer.connection.write(Buffer.from(`HTTP/1.1 101 X\r\nSec-WebSocket-Accept: ${accept}\r\n${echo}\r\n`))
    await near.until('there was room', () => near.drains > 0)
    await peer.untilReceived(requestLength + 2 + 4 + 30)
    expect(near.connection.unsent).toBe(0)
  })

  it('is given up when the answer refuses it', async () => {
    const { near, peer } = await start(HEADER)
    near.connection.write(patternBytes(50))
    await peer.until('the request came', () => textOf(peer).includes('\r\n\r\n'))
    peer.connection.write(Buffer.from('HTTP/1.1 404 Not Found\r\n\r\n'))
    await near.untilClosed()
    expect(near.fault?.code).toBe('TRANSPORT_UPGRADE')
  })

  it('does not lose an end that comes before the answer', async () => {
    const { near, peer } = await start(HEADER)
    near.connection.write(patternBytes(25))
    near.connection.end()
    await peer.until('the request came', () => textOf(peer).includes('\r\n\r\n'))
    const requestLength = peer.received
    const accept = await acceptOf(textOf(peer))
    peer.connection.write(Buffer.from(`HTTP/1.1 101 X\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`))
    // Five bytes in a masked frame, then a masked close frame.
    await peer.untilReceived(requestLength + 11 + 8)
  })
})

describe('giving up', () => {
  it('while the answer is awaited closes the connection', async () => {
    const below = makeMemoryTransport()
    const peer = new Promise<Connection>((resolve) => {
      void below.listen(PLACE, { onConnection: resolve })
    })
    const controller = new AbortController()
    const attempt = makeWebSocketTransport({ below, ...settings({}) }).connect(PLACE, {
      signal: controller.signal,
    })
    const far = new Recorder(await peer)
    await far.until('the request came', () => far.received > 0)
    controller.abort()
    await expect(attempt).rejects.toMatchObject({ code: 'DIAL_ABORTED' })
    await far.untilClosed()
  })
})
