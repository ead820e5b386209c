import { describe, expect, it } from 'vitest'
import { Fault } from '../../../src/faults/fault.js'
import { readCredentials } from '../../../src/http-proxy/basic.js'
import { encodeReturned } from '../../../src/http-proxy/forward.js'
import { parseHead } from '../../../src/http-proxy/head.js'
import { encodeRefusal, statusForFault } from '../../../src/http-proxy/refusal.js'
import { parseResponse } from '../../../src/http-proxy/response.js'
import { faultOf } from '../../support/fault-of.js'

function response(lines: readonly string[], method = 'GET') {
  return parseResponse(parseHead(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')), method)
}

describe('the body of an answer', () => {
  it.each([
    [['HTTP/1.1 200 OK', 'Content-Length: 5'], 'GET', { kind: 'length', length: 5 }],
    [['HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 5'], 'GET', { kind: 'length', length: 5 }],
    [['HTTP/1.1 200 OK', 'Content-Length: 5'], 'HEAD', { kind: 'length', length: 0 }],
    [['HTTP/1.1 204 No Content'], 'GET', { kind: 'length', length: 0 }],
    [['HTTP/1.1 304 Not Modified', 'Content-Length: 5'], 'GET', { kind: 'length', length: 0 }],
    [['HTTP/1.1 100 Continue'], 'POST', { kind: 'length', length: 0 }],
    [['HTTP/1.1 200', 'Transfer-Encoding: chunked'], 'GET', { kind: 'chunked' }],
    [['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked'], 'GET', { kind: 'chunked' }],
    [['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip'], 'GET', { kind: 'until-close' }],
    [['HTTP/1.0 200 OK'], 'GET', { kind: 'until-close' }],
  ])('of %j to %s is told', (lines, method, framing) => {
    expect(response(lines, method).framing).toEqual(framing)
  })

  it.each([
    [['HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 6'], 'HTTP_FRAMING'],
    [['HTTP/1.1 200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked'], 'HTTP_FRAMING'],
    [['HTTP/2 200'], 'HTTP_HEAD'],
    [['HTTP/1.1 20'], 'HTTP_HEAD'],
    [['SSH-2.0-OpenSSH_9.2'], 'HTTP_HEAD'],
  ])('of %j cannot be told', (lines, code) => {
    expect(faultOf(() => response(lines)).code).toBe(code)
  })
})

describe('an answer on its way back', () => {
  const lines = [
    'HTTP/1.1 200 OK',
    'Connection: close, X-Hop',
    'X-Hop: 1',
    'Keep-Alive: max=1',
    'Content-Length: 5',
    'ETag: x',
  ]

  it.each([
    [true, 'keep-alive'],
    [false, 'close'],
  ])('says whether the connection persists: %s', (persist, word) => {
    const text = Buffer.from(encodeReturned(response(lines), persist)).toString()
    expect(text).toBe(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: x\r\nConnection: ${word}\r\n\r\n`)
  })

  it('says nothing about the connection before the real answer', () => {
    const text = Buffer.from(encodeReturned(response(['HTTP/1.1 100 Continue']), true)).toString()
    expect(text).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  })
})

describe('a refusal', () => {
  it('names its fault and keeps the reason to itself', () => {
    const text = Buffer.from(encodeRefusal(new Fault('DIAL_REFUSED', { why: '10.0.0.7:25' }))).toString()
    expect(text).toBe(
      'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 41\r\n' +
        'Connection: close\r\n\r\nDIAL_REFUSED: the connection was refused\n',
    )
  })

  it('asks for a login', () => {
    const text = Buffer.from(encodeRefusal(new Fault('HTTP_LOGIN'))).toString()
    expect(text).toContain('HTTP/1.1 407 Proxy Authentication Required\r\n')
    expect(text).toContain('\r\nProxy-Authenticate: Basic realm="proxy"\r\n')
  })

  it.each([
    ['HTTP_HEAD', 400],
    ['HTTP_FRAMING', 400],
    ['HTTP_TARGET', 400],
    ['DIAL_BLOCKED', 403],
    ['HTTP_HEAD_SIZE', 431],
    ['HTTP_UPSTREAM', 502],
    ['DIAL_NAME', 502],
    ['DIAL_UNREACHABLE', 502],
    ['DIAL_FAILED', 503],
    ['RELAY_NO_OUTBOUND', 503],
    ['DIAL_TIMEOUT', 504],
    ['HTTP_VERSION', 505],
  ] as const)('for %s has status %i', (code, status) => {
    expect(statusForFault(code)).toBe(status)
  })
})

describe('readCredentials', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64')

  it.each([
    [`Basic ${encoded('ann:se:cret')}`, { user: 'ann', pass: 'se:cret' }],
    [`basic   ${encoded('ü:')}`, { user: 'ü', pass: '' }],
    [`Basic ${encoded('no colon')}`, undefined],
    ['Basic !!!', undefined],
    ['Bearer abc', undefined],
  ])('of %s', (value, expected) => {
    expect(readCredentials([['Proxy-Authorization', value]])).toEqual(expected)
  })

  it('are none when there are two', () => {
    const field = ['proxy-authorization', `Basic ${encoded('a:b')}`] as const
    expect(readCredentials([field, field])).toBeUndefined()
  })
})
