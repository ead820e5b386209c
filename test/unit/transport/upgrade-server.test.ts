import { describe, expect, it } from 'vitest'
import { patternBytes } from '../../../src/testing/contract.js'
import {
  ACCEPT,
  frame,
  openVisit,
  request,
  textOf,
  UPGRADE,
  visit,
  type VisitOptions,
} from '../../support/web-visit.js'

describe('an upgrade request', () => {
  it.each([
    ['on the path', '/ray'],
    ['with a query', '/ray?ed=2048'],
    ['with the path percent-encoded', '/%72ay'],
    ['in absolute form', 'http://a.example/ray'],
  ])('is accepted %s', async (_, target) => {
    const { raw, say, faults } = await visit()
    say(request(target))
    await raw.until('the answer came', () => textOf(raw).includes('\r\n\r\n'))
    expect(textOf(raw)).toBe(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`,
    )
    expect(faults).toEqual([])
  })

  it.each([
    ['another path', request('/rays'), {}, 404, 'the path is "/rays", "/ray" is served (Host "a.example")'],
    [
      'a slash too many',
      request('/ray/'),
      {},
      404,
      'the path is "/ray/", "/ray" is served (Host "a.example")',
    ],
    ['a page', 'GET / HTTP/1.0\r\n\r\n', {}, 404, 'the path is "/", "/ray" is served (Host "")'],
    [
      'another Host',
      request('/ray'),
      { host: 'b.example' },
      404,
      'the Host is "a.example", "b.example" is served',
    ],
    ['no upgrade', request('/ray', []), {}, 400, 'no upgrade to websocket was asked for'],
    ['no key', request('/ray', UPGRADE.slice(0, 3)), {}, 400, 'Sec-WebSocket-Key is missing or wrong'],
    [
      'an old version',
      request('/ray', [...UPGRADE.slice(0, 2), 'Sec-WebSocket-Version: 8', UPGRADE[3] ?? '']),
      {},
      400,
      'Sec-WebSocket-Version is 8',
    ],
  ])('is refused for %s, and the reason is told to us alone', async (...[, text, place, status, why]) => {
    const { raw, say, faults, accepted } = await visit({ place })
    say(text)
    await raw.untilClosed()
    const [line, date, ...rest] = textOf(raw).split('\r\n')
    expect(line).toBe(`HTTP/1.1 ${status} ${status === 404 ? 'Not Found' : 'Bad Request'}`)
    expect(date).toMatch(/^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/)
    expect(rest).toEqual(['Content-Length: 0', 'Connection: close', '', ''])
    expect(faults.map(({ code, why }) => [code, why])).toEqual([['TRANSPORT_REQUEST', why]])
    expect(accepted).toEqual([])
  })

  it('takes the configured Host with any port and case', async () => {
    const { raw, say } = await visit({ place: { host: 'A.example' } })
    say(request('/ray', UPGRADE, 'a.Example:8443'))
    await raw.until('the answer came', () => textOf(raw).startsWith('HTTP/1.1 101'))
  })

  it.each([
    ['other protocols', '\x16\x03\x01\x02\x00', 400],
    ['a request line that is none', 'HELLO\r\n\r\n', 400],
    ['an endless header', `GET /ray HTTP/1.1\r\nX: ${'x'.repeat(17_000)}`, 431],
    ['many headers', `GET /ray HTTP/1.1\r\n${'X: y\r\n'.repeat(4_000)}`, 431],
  ])('is no match for %s', async (_, text, status) => {
    const { raw, say, faults } = await visit()
    say(text)
    await raw.untilClosed()
    expect(textOf(raw).startsWith(`HTTP/1.1 ${status} `)).toBe(true)
    expect(faults.map(({ code }) => code)).toEqual(['TRANSPORT_REQUEST'])
  })

  it('may come byte by byte, with frames behind it', async () => {
    const { raw, say, accepted } = await visit()
    for (const char of request('/ray')) say(char)
    raw.connection.write(frame(2, patternBytes(300)))
    await raw.until('it was accepted', () => accepted.length > 0)
    await accepted[0]?.untilReceived(300)
  })

  it('is worth no line when nothing was said at all', async () => {
    const { raw, faults } = await visit()
    raw.connection.end()
    await raw.untilClosed()
    expect(faults).toEqual([])
  })

  it('is dropped when the listener closes', async () => {
    const { raw, say, listener } = await visit()
    say('GET /ray HTTP/1.1\r\n')
    await listener.close()
    await raw.untilClosed()
  })
})

describe('frames', () => {
  it.each([
    ['binary', [frame(2, patternBytes(1_000))]],
    ['text', [frame(1, patternBytes(1_000))]],
    ['fragments', [frame(2, patternBytes(400), { fin: false }), frame(0, patternBytes(600, 400))]],
    [
      'with a ping between',
      [
        frame(2, patternBytes(400), { fin: false }),
        frame(9, patternBytes(5)),
        frame(0, patternBytes(600, 400)),
      ],
    ],
    ['empty ones', [frame(2, patternBytes(0)), frame(2, patternBytes(1_000))]],
  ])('carry bytes: %s', async (_, frames) => {
    const { raw, far } = await openVisit()
    for (const bytes of frames) raw.connection.write(bytes)
    await far.untilReceived(1_000)
    expect(Buffer.from(far.bytes()).equals(patternBytes(1_000))).toBe(true)
  })

  it('answer a ping with its payload, and nothing once we have ended', async () => {
    const { raw, far } = await openVisit()
    const before = raw.received
    raw.connection.write(frame(9, patternBytes(5)))
    await raw.untilReceived(before + 7)
    expect(raw.bytes().slice(before)).toEqual(new Uint8Array([0x8a, 5, ...patternBytes(5)]))
    far.connection.end()
    raw.connection.write(frame(9, patternBytes(5)))
    raw.connection.write(frame(8, new Uint8Array([0x03, 0xe8])))
    await far.untilClosed()
    expect(raw.bytes().slice(before + 7)).toEqual(new Uint8Array([0x88, 2, 0x03, 0xe8]))
  })

  it.each([
    ['that are not masked', [frame(2, patternBytes(4), { masked: false })], 1002],
    [
      'with reserved bits',
      [Buffer.concat([Buffer.from([0xf2]), frame(2, patternBytes(4)).subarray(1)])],
      1002,
    ],
    ['of an unknown kind', [frame(3, patternBytes(4))], 1002],
    ['that continue nothing', [frame(0, patternBytes(4))], 1002],
    ['that are giant', [frame(2, patternBytes(4), { claim: 1024 * 1024 + 1 })], 1009],
    ['longer than anything', [frame(2, patternBytes(4), { claim: 2 ** 52 })], 1009],
    [
      'in fragments without end',
      [
        frame(2, patternBytes(0), { fin: false }),
        ...Array.from({ length: 5_000 }, () => frame(0, patternBytes(0), { fin: false })),
      ],
      1009,
    ],
    ['that close with nonsense', [frame(8, new Uint8Array([0, 0]))], 1002],
  ])('%s end the connection', async (_, frames, code) => {
    const { raw, far } = await openVisit()
    for (const bytes of frames) raw.connection.write(bytes)
    await Promise.all([far.untilClosed(), raw.untilClosed()])
    expect(far.fault?.code).toBe('TRANSPORT_WEBSOCKET')
    expect(far.received).toBe(0)
    expect([...raw.bytes().slice(-4)]).toEqual([0x88, 2, code >> 8, code & 0xff])
  })

  it('that say why they close with a fault are told as one', async () => {
    const { raw, far } = await openVisit()
    raw.connection.write(frame(8, new Uint8Array([0x03, 0xf3])))
    await far.untilClosed()
    expect([far.fault?.code, far.fault?.why]).toEqual(['TRANSPORT_WEBSOCKET', 'closed with 1011'])
  })

  it('are needed for an end: a peer that just goes was cut off', async () => {
    const { raw, far } = await openVisit()
    raw.connection.write(frame(2, patternBytes(9)))
    raw.connection.end()
    await far.untilClosed()
    expect([far.received, far.ends, far.fault?.code]).toEqual([9, 0, 'TRANSPORT_RESET'])
  })
})

describe('early data of a server', () => {
  const received = async (options: VisitOptions, text: string) => {
    const { raw, say, accepted } = await visit(options)
    say(text)
    await raw.until('the answer came', () => textOf(raw).includes('\r\n\r\n'))
    const [far] = accepted
    const head = textOf(raw)
    raw.connection.write(frame(2, Buffer.from('!')))
    await far?.until('the mark came', () => textOf(far).endsWith('!'))
    return { head, text: far && textOf(far) }
  }
  const early = (name: string, text: string): string => request('/ray', [...UPGRADE, `${name}: ${text}`])

  it.each([
    ['as Xray sends it', {}, 'Sec-WebSocket-Protocol', 'aGVsbG8', 'hello!'],
    ['with padding', {}, 'Sec-WebSocket-Protocol', 'aGVsbG8=', 'hello!'],
    ['in the standard alphabet', {}, 'sec-websocket-protocol', 'Pz8/', '???!'],
    [
      'in a header that is configured',
      { earlyData: { bytes: 9, header: 'X-Early' } },
      'X-Early',
      'aGVsbG8',
      'hello!',
    ],
  ])('comes first and is echoed: %s', async (...[, options, name, text, expected]) => {
    const found = await received(options, early(name, text))
    expect(found.text).toBe(expected)
    expect(found.head.toLowerCase()).toContain(`\r\n${name.toLowerCase()}: ${text.toLowerCase()}\r\n`)
  })

  it('is not what does not decode', async () => {
    const found = await received({}, early('Sec-WebSocket-Protocol', 'a.b, c'))
    expect(found.text).toBe('!')
    expect(found.head).not.toContain('Protocol:')
  })

  it('comes behind the path where that is configured', async () => {
    const options = { earlyData: { bytes: 9 } }
    expect((await received(options, request('/rayaGVsbG8'))).text).toBe('hello!')
    expect((await received(options, request('/ray'))).text).toBe('!')
    const { raw, say } = await visit()
    say(request('/rayaGVsbG8'))
    await raw.untilClosed()
    expect(textOf(raw).startsWith('HTTP/1.1 404')).toBe(true)
  })
})
