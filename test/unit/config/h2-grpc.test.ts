import { describe, expect, it } from 'vitest'
import { accept, complaints, errors } from './reading.js'

const AT = '/inbounds/0/streamSettings'

const configOf = (streamSettings: object) => ({
  inbounds: [{ port: 1, protocol: 'socks', streamSettings }],
  outbounds: [{ protocol: 'freedom' }],
})
const streamOf = (streamSettings: object) => accept(configOf(streamSettings)).inbounds[0]?.stream

describe('httpSettings (config §7.5)', () => {
  const read = (httpSettings?: object) => streamOf({ network: 'h2', ...(httpSettings && { httpSettings }) })
  const plain = {
    network: 'h2',
    path: '/',
    hosts: ['www.example.com'],
    method: 'PUT',
    headers: {},
    security: 'none',
  }

  it.each([
    [undefined, {}],
    [{}, {}],
    [{ host: [] }, {}],
    [{ host: ['a.example.com', 'b.example.com:8080'] }, { hosts: ['a.example.com', 'b.example.com:8080'] }],
    [{ host: 'a.example.com,b.example.com' }, { hosts: ['a.example.com', 'b.example.com'] }],
    [{ path: 'p' }, { path: '/p' }],
    [{ path: '' }, { path: '/' }],
    [{ method: 'POST' }, { method: 'POST' }],
    [{ headers: { 'X-One': 'a', 'X-Two': ['b'] } }, { headers: { 'x-one': 'a', 'x-two': 'b' } }],
  ])('%j', (settings, expected) => {
    expect(read(settings)).toEqual({ ...plain, ...expected })
  })

  it('is also the network http', () => {
    expect(streamOf({ network: 'HTTP' })).toEqual(plain)
  })

  it.each([
    [{ path: '/a b' }, 'path: "/a b" is not a path of a request'],
    [{ path: '/ä' }, 'path: "/ä" is not a path of a request'],
    [{ host: ['a\n'] }, 'host: "a\\n" is not a host'],
    [{ method: 'P T' }, 'method: "P T" is not a method of HTTP'],
    [{ headers: { 'X Y': 'a' } }, 'headers/X Y: "X Y" is not the name of a header'],
    [{ headers: { Host: 'a' } }, 'headers/Host: HTTP/2 does not have this header'],
    [{ headers: { A: 'a\nb' } }, 'headers/A: a header holds one line of Latin-1 text'],
  ])('refuses %j', (httpSettings, message) => {
    expect(errors(configOf({ network: 'h2', httpSettings }))).toEqual([`${AT}/httpSettings/${message}`])
  })

  it('warns of values that are not sent', () => {
    const settings = { network: 'h2', httpSettings: { headers: { A: ['a', 'b'] } } }
    expect(complaints(configOf(settings))).toEqual([
      `warning ${AT}/httpSettings/headers/A: only the first value is sent`,
    ])
  })
})

describe('grpcSettings (config §7.6)', () => {
  const plain = { network: 'grpc', serviceName: '', multi: false, security: 'none' }

  it.each([
    [{ network: 'grpc' }, {}],
    [{ network: 'gun', gunSettings: { serviceName: 'Gun' } }, { serviceName: 'Gun' }],
    [
      { network: 'grpc', grpcSettings: { serviceName: '/a/B|C', multiMode: true } },
      { serviceName: '/a/B|C', multi: true },
    ],
    [
      { network: 'grpc', grpcSettings: { authority: 'a.example.com', user_agent: 'x/1' } },
      { authority: 'a.example.com', userAgent: 'x/1' },
    ],
    [
      {
        network: 'grpc',
        grpcSettings: { idle_timeout: -1, permit_without_stream: true, initial_windows_size: 65_536 },
      },
      {},
    ],
  ])('%j', (settings, expected) => {
    expect(streamOf(settings)).toEqual({ ...plain, ...expected })
    expect(complaints(configOf(settings))).toEqual([])
  })

  it('lets gunSettings win', () => {
    const settings = {
      network: 'grpc',
      grpcSettings: { serviceName: 'a' },
      gunSettings: { serviceName: 'b' },
    }
    expect(streamOf(settings)).toMatchObject({ serviceName: 'b' })
    expect(complaints(configOf(settings))).toEqual([
      `warning ${AT}/grpcSettings: has no effect beside ${AT}/gunSettings`,
    ])
  })

  it.each([
    [{ authority: 'a\r\nb' }, 'authority: "a\\r\\nb" is not one line of ASCII text'],
    [{ multiMode: 'yes' }, 'multiMode: must be true or false, found a string'],
  ])('refuses %j', (grpcSettings, message) => {
    expect(errors(configOf({ network: 'grpc', grpcSettings }))).toEqual([`${AT}/grpcSettings/${message}`])
  })
})
