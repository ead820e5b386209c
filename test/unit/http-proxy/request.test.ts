import { describe, expect, it } from 'vitest'
import { formatDestination } from '../../../src/address/destination.js'
import { encodeForwarded } from '../../../src/http-proxy/forward.js'
import { parseHead } from '../../../src/http-proxy/head.js'
import { parseRequest, type ProxyRequest } from '../../../src/http-proxy/request.js'
import { faultOf } from '../../support/fault-of.js'

const STRICT = { allowTransparent: false }

function request(lines: readonly string[], rules = STRICT): ProxyRequest {
  return parseRequest(parseHead(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')), rules)
}

/** The head that goes to the web server, line by line. */
function forwarded(lines: readonly string[], rules = STRICT): readonly string[] {
  const asked = request(lines, rules)
  if (asked.kind !== 'forward') throw new Error('not a plain request')
  return Buffer.from(encodeForwarded(asked)).toString('latin1').split('\r\n')
}

describe('a CONNECT request', () => {
  it.each([
    ['example.com:443', 'example.com:443'],
    ['1.2.3.4:80', '1.2.3.4:80'],
    ['[2001:db8::1]:8443', '[2001:db8::1]:8443'],
  ])('for %s names its destination', (target, destination) => {
    const asked = request([`CONNECT ${target} HTTP/1.1`, 'Host: whatever'])
    expect(asked.kind).toBe('connect')
    expect(formatDestination(asked.destination)).toBe(destination)
  })

  it.each([
    'example.com',
    'example.com:0',
    'example.com:65536',
    ':443',
    'a/b:443',
    '[::1:443',
    'u@h:443',
    '::1:443',
  ])('for %s is refused', (target) => {
    expect(faultOf(() => request([`CONNECT ${target} HTTP/1.1`])).code).toBe('HTTP_TARGET')
  })

  it('has no body', () => {
    const lines = ['CONNECT a.example:443 HTTP/1.1', 'Content-Length: 5']
    expect(faultOf(() => request(lines)).code).toBe('HTTP_FRAMING')
  })
})

describe('a plain request', () => {
  it('goes on in origin-form, with the Host of its address and without what concerns the proxy', () => {
    const lines = forwarded([
      'POST http://a.example:8080/p?q=1 HTTP/1.1',
      'Host: other.example',
      'User-Agent: x',
      'Proxy-Connection: keep-alive',
      'Proxy-Authorization: Basic eDp5',
      'Connection: keep-alive, X-Hop',
      'Keep-Alive: timeout=5',
      'X-Hop: 1',
      'TE: trailers',
      'Upgrade: websocket',
      'Content-Length: 3',
      'Expect: 100-continue',
    ])
    expect(lines).toEqual([
      'POST /p?q=1 HTTP/1.1',
      'Host: a.example:8080',
      'User-Agent: x',
      'Content-Length: 3',
      'Expect: 100-continue',
      'Connection: close',
      '',
      '',
    ])
  })

  it('keeps its length even if Connection names it', () => {
    const lines = forwarded([
      'PUT http://a.example/ HTTP/1.1',
      'Connection: content-length',
      'Content-Length: 3',
    ])
    expect(lines).toContain('Content-Length: 3')
  })

  it.each([
    ['GET http://a.example HTTP/1.1', 'GET / HTTP/1.1'],
    ['GET http://a.example?x HTTP/1.1', 'GET /?x HTTP/1.1'],
    ['OPTIONS http://a.example HTTP/1.1', 'OPTIONS * HTTP/1.1'],
    ['GET HTTP://a.example/%20 HTTP/1.0', 'GET /%20 HTTP/1.0'],
  ])('%s becomes %s', (line, expected) => {
    expect(forwarded([line])[0]).toBe(expected)
  })

  it.each([
    ['http://a.example/', 'a.example:80'],
    ['http://a.example:81/', 'a.example:81'],
    ['http://[::1]/', '[::1]:80'],
  ])('for %s goes to %s', (target, destination) => {
    expect(formatDestination(request([`GET ${target} HTTP/1.1`]).destination)).toBe(destination)
  })

  it.each([
    '/only/a/path',
    '*',
    'https://a.example/',
    'ftp://a.example/',
    'http:///x',
    'http://u:p@a.example/',
    'http://a.example/#x',
    'http://a.example:99999/',
    'a.example/',
  ])('for %s is refused', (target) => {
    expect(faultOf(() => request([`GET ${target} HTTP/1.1`, 'Host: a.example'])).code).toBe('HTTP_TARGET')
  })

  it('may name its host in Host alone where that is allowed', () => {
    const lines = ['GET /x HTTP/1.1', 'Host: a.example:81']
    expect(formatDestination(request(lines, { allowTransparent: true }).destination)).toBe('a.example:81')
    expect(forwarded(lines, { allowTransparent: true })[1]).toBe('Host: a.example:81')
    const twice = [...lines, 'Host: b.example']
    expect(faultOf(() => request(twice, { allowTransparent: true })).code).toBe('HTTP_TARGET')
  })

  it.each([
    [['GET http://a/ HTTP/1.1'], true],
    [['GET http://a/ HTTP/1.1', 'Connection: close'], false],
    [['GET http://a/ HTTP/1.1', 'Proxy-Connection: Close'], false],
    [['GET http://a/ HTTP/1.0'], false],
    [['GET http://a/ HTTP/1.0', 'Proxy-Connection: Keep-Alive'], true],
  ])('%j persists: %s', (lines, persist) => {
    const asked = request(lines)
    expect(asked.kind === 'forward' && asked.persist).toBe(persist)
  })
})

describe('what is no request', () => {
  it.each([
    [['GET http://a/ HTTP/2.0'], 'HTTP_VERSION'],
    [['GET http://a/ HTTP/1.2'], 'HTTP_VERSION'],
    [['GET  http://a/ HTTP/1.1'], 'HTTP_HEAD'],
    [['GET http://a/'], 'HTTP_HEAD'],
    [['G(T http://a/ HTTP/1.1'], 'HTTP_HEAD'],
    [['GET http://\xe4/ HTTP/1.1'], 'HTTP_HEAD'],
    [['GET http://a/ HTTP/1.1', 'Name : x'], 'HTTP_HEAD'],
    [['GET http://a/ HTTP/1.1', ' folded: x'], 'HTTP_HEAD'],
    [['GET http://a/ HTTP/1.1', 'no colon'], 'HTTP_HEAD'],
    [['GET http://a/ HTTP/1.1', 'X: a\0b'], 'HTTP_HEAD'],
    [['GET http://a/ HTTP/1.1', 'X: a\rb'], 'HTTP_HEAD'],
  ])('%j is refused', (lines, code) => {
    expect(faultOf(() => request(lines)).code).toBe(code)
  })
})

describe('a body of ambiguous length', () => {
  it.each([
    [['Content-Length: 3', 'Content-Length: 4']],
    [['Content-Length: 3', 'Content-Length: 3']],
    [['Content-Length: 3', 'Transfer-Encoding: chunked']],
    [['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
    [['Transfer-Encoding: chunked, identity']],
    [['Transfer-Encoding: xchunked']],
    [['Content-Length: +3']],
    [['Content-Length: 0x3']],
    [['Content-Length: 3, 3']],
    [['Content-Length: ']],
    [['Content-Length: 9999999999999999']],
  ])('%j is refused', (fields) => {
    expect(faultOf(() => request(['POST http://a/ HTTP/1.1', ...fields])).code).toBe('HTTP_FRAMING')
  })

  it('is also that of a chunked request of HTTP/1.0', () => {
    const lines = ['POST http://a/ HTTP/1.0', 'Transfer-Encoding: chunked']
    expect(faultOf(() => request(lines)).code).toBe('HTTP_FRAMING')
  })
})
