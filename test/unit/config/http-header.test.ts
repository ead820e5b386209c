import { describe, expect, it } from 'vitest'
import { DEFAULT_HTTP_HEADER } from '../../../src/config/http-header.js'
import { accept, complaints, errors, inbound, withOutbound } from './reading.js'

const fileWith = (header: unknown): object =>
  withOutbound({ inbounds: [inbound({ streamSettings: { tcpSettings: { header } } })] })
const headerOf = (header: unknown): unknown => accept(fileWith(header)).inbounds[0]?.stream
const PLACE = '/inbounds/0/streamSettings/tcpSettings/header'

describe('the HTTP header of tcp', () => {
  it('says what V2Ray says unless told otherwise', () => {
    const stream = { network: 'tcp', security: 'none', header: DEFAULT_HTTP_HEADER }
    expect(headerOf({ type: 'HTTP' })).toEqual(stream)
    expect(headerOf({ type: 'http', request: { path: [], headers: {} }, response: {} })).toEqual(stream)
  })

  it('is absent for none, whatever else is there', () => {
    expect(headerOf({ type: 'none', request: 5 })).toEqual({ network: 'tcp', security: 'none' })
  })

  it('takes paths, headers in order of their names, and the status', () => {
    const header = {
      type: 'http',
      request: { version: '1.0', method: 'POST', path: '/a,/b', headers: { Zed: 'z', Host: ['h', 'i'] } },
      response: { status: '404', reason: 'Nope', headers: { Server: 'nginx' } },
    }
    const stream = accept(fileWith(header)).inbounds[0]?.stream
    expect(stream).toMatchObject({
      header: {
        request: {
          version: '1.0',
          method: 'POST',
          paths: ['/a', '/b'],
          headers: { Host: ['h', 'i'], Zed: ['z'] },
        },
        response: { version: '1.1', status: '404', reason: 'Nope', headers: { Server: ['nginx'] } },
      },
    })
    const { request } = (stream as { header: typeof DEFAULT_HTTP_HEADER }).header
    expect(Object.keys(request.headers)).toEqual(['Host', 'Zed'])
  })

  it.each([
    [{ request: { method: 'G T' } }, 'request/method: "G T" is not a method of HTTP'],
    [{ request: { version: '2' } }, 'request/version: "2" is not a version of HTTP, such as 1.1'],
    [{ request: { path: ['a b'] } }, 'request/path: "a b" is not a path; it begins with / and has no spaces'],
    [{ request: { headers: { Host: null } } }, 'request/headers/Host: a header needs a value'],
    [{ request: { headers: { 'a b': 'x' } } }, 'request/headers/a b: "a b" is not the name of a header'],
    [{ response: { status: 200 } }, 'response/status: must be a string, found a number'],
    [{ response: { status: 'OK' } }, 'response/status: "OK" is not a status of three digits'],
    [
      { response: { headers: { A: ['x\r\nB: y'] } } },
      'response/headers/A: a header holds one line of Latin-1 text',
    ],
  ])('refuses %j', (parts, message) => {
    expect(errors(fileWith({ type: 'http', ...parts }))).toEqual([`${PLACE}/${message}`])
  })

  it('warns of heads that V2Ray would cut in two', () => {
    const header = { type: 'http', request: { headers: { Cookie: ['x'.repeat(2_000)] } } }
    expect(complaints(fileWith(header))).toEqual([
      `warning ${PLACE}/request: this head may exceed 2047 bytes, which V2Ray does not read`,
    ])
  })
})

describe('the PROXY protocol', () => {
  it.each([{ tcpSettings: { acceptProxyProtocol: true } }, { sockopt: { acceptProxyProtocol: true } }])(
    'is expected with %j',
    (streamSettings) => {
      const file = withOutbound({ inbounds: [inbound({ streamSettings })] })
      const stream = { network: 'tcp', security: 'none', acceptProxyProtocol: true }
      expect(accept(file).inbounds[0]?.stream).toEqual(stream)
    },
  )
})
