import { describe, expect, it } from 'vitest'
import { type DisguiseHead, HEAD_LIMIT, HeadReader } from '../../../src/http-header/head-reader.js'
import { faultOf } from '../../support/fault-of.js'

const REQUEST = 'GET /a%20b?c=d HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'
const RESPONSE = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'

/** The head, and how many bytes of the text it has. */
function read(text: string, kind: DisguiseHead['kind'], step = text.length) {
  const reader = new HeadReader(kind)
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += step) {
    const result = reader.receive(bytes.subarray(at, at + step))
    if (result !== undefined) return { head: result.head, length: at + result.used }
  }
  return undefined
}

describe('a request head', () => {
  it.each([1, 2, 7, 23, 1000])('reads the same in pieces of %i bytes', (step) => {
    expect(read(`${REQUEST}body\r\n\r\n`, 'request', step)).toEqual({
      head: { kind: 'request', path: '/a b' },
      length: REQUEST.length,
    })
  })

  it.each([
    ['GET http://host:8/p/q?r#s HTTP/1.0\r\n\r\n', '/p/q'],
    ['PUT /%C3%A9 HTTP/1.1\r\n\r\n', '/é'],
    ['X / HTTP/1.1\r\nA:\r\n\r\n', '/'],
  ])('%j asks for %j', (text, path) => {
    expect(read(text, 'request')?.head).toEqual({ kind: 'request', path })
  })

  it.each([
    ['a first byte of another protocol', '\x16\x03\x01'],
    ['a line that is no request', 'GET /\r\n'],
    ['a response', 'HTTP/1.1 200 OK\r\n'],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: x\r\n\r\n'],
    ['a header without a name', 'GET / HTTP/1.1\r\n: x\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nA: x\r\n y\r\n'],
    ['a path that is encoded wrongly', 'GET /%ff HTTP/1.1\r\n\r\n'],
    ['an endless line', 'G'.repeat(HEAD_LIMIT)],
    ['endless headers', `GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(HEAD_LIMIT / 6)}`],
    ['a head one byte too long', `GET / HTTP/1.1\r\nA: ${'b'.repeat(HEAD_LIMIT - 22)}\r\n\r\n`],
  ])('with %s is TRANSPORT_HTTP_HEAD, at once and ever after', (_, text) => {
    for (const step of [1, text.length]) {
      expect(faultOf(() => read(text, 'request', step)).code).toBe('TRANSPORT_HTTP_HEAD')
    }
    const reader = new HeadReader('request')
    const bytes = Buffer.from(text, 'latin1')
    const first = faultOf(() => reader.receive(bytes))
    expect(faultOf(() => reader.receive(Buffer.from(REQUEST)))).toBe(first)
  })

  it('may have 8192 bytes', () => {
    const text = `GET / HTTP/1.1\r\nA: ${'b'.repeat(HEAD_LIMIT - 23)}\r\n\r\n`
    expect(read(text, 'request', 100)?.length).toBe(HEAD_LIMIT)
    expect(read(`${text}behind`, 'request')?.length).toBe(HEAD_LIMIT)
  })
})

describe('a response head', () => {
  it('tells an error page from a disguise', () => {
    expect(read(RESPONSE, 'response')?.head).toEqual({ kind: 'response', status: 404, empty: true })
    expect(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'response')?.head).toEqual({
      kind: 'response',
      status: 200,
      empty: false,
    })
    expect(read('HTTP/1.1 500\r\n\r\n', 'response')?.head).toMatchObject({ status: 500, empty: false })
  })

  it('that is a request is TRANSPORT_HTTP_HEAD', () => {
    expect(faultOf(() => read(REQUEST, 'response')).code).toBe('TRANSPORT_HTTP_HEAD')
  })
})
