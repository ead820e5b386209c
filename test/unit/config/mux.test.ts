import { describe, expect, it } from 'vitest'
import { accept, complaints, errors } from './reading.js'

const ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'
const SERVER = { address: 'a.example', port: 443, users: [{ id: ID }] }

function vmess(mux: object, settings: object = {}): object {
  return { outbounds: [{ protocol: 'vmess', settings: { vnext: [SERVER], ...settings }, mux }] }
}

function muxOf(mux: object): unknown {
  return accept(vmess(mux)).outbounds[0]?.mux
}

describe('mux of an outbound', () => {
  it.each([
    [{ enabled: true }, { concurrency: 8, xudpConcurrency: 0, xudpProxyUdp443: 'reject' }],
    [
      { enabled: true, concurrency: 0 },
      { concurrency: 8, xudpConcurrency: 0, xudpProxyUdp443: 'reject' },
    ],
    [{ enabled: true, concurrency: 1024 }, { concurrency: 1024 }],
    [
      { enabled: true, xudpConcurrency: -1 },
      { concurrency: 8, xudpConcurrency: -1 },
    ],
    [
      { enabled: true, concurrency: -1, xudpConcurrency: 4 },
      { concurrency: 0, xudpConcurrency: 4 },
    ],
    [{ enabled: true, xudpProxyUDP443: 'skip' }, { xudpProxyUdp443: 'skip' }],
    [{ enabled: true, xudpProxyUDP443: 'Allow' }, { xudpProxyUdp443: 'allow' }],
  ])('%j', (mux, expected) => {
    expect(muxOf(mux)).toMatchObject(expected)
  })

  it.each([
    {},
    { enabled: false, concurrency: 8 },
    { concurrency: 8 },
    { enabled: true, concurrency: -1 },
    { enabled: true, concurrency: -1, xudpConcurrency: -1 },
  ])('%j is none', (mux) => {
    expect(muxOf(mux)).toBeUndefined()
  })

  it('is refused where V2Ray refuses it, even when it is off', () => {
    expect(errors(vmess({ concurrency: 1025 }))).toEqual([
      '/outbounds/0/mux/concurrency: must be a whole number from -32768 to 1024, found 1025',
    ])
    expect(errors(vmess({ xudpProxyUDP443: 'drop' }))).toEqual([
      '/outbounds/0/mux/xudpProxyUDP443: "drop" is not one of reject, allow, skip',
    ])
  })

  it('has no effect where no vmess server takes it apart', () => {
    const config = { outbounds: [{ protocol: 'freedom', mux: { enabled: true } }] }
    expect(complaints(config)).toEqual(['warning /outbounds/0/mux: has no effect on freedom'])
    expect(accept(config).outbounds[0]?.mux).toBeUndefined()
  })
})

describe('packetEncoding of a vmess outbound', () => {
  it.each([
    ['packet', 'packet'],
    ['packetaddr', 'packet'],
    ['xudp', 'xudp'],
    ['none', undefined],
  ])('%s', (packetEncoding, expected) => {
    expect(accept(vmess({}, { packetEncoding })).outbounds[0]?.settings).toEqual({
      servers: [expect.anything()],
      ...(expected !== undefined && { packetEncoding: expected }),
    })
  })

  it('stands beside a server that is written flat', () => {
    const settings = { address: 'a.example', port: 1, id: ID, packetEncoding: 'xudp' }
    expect(accept({ outbounds: [{ protocol: 'vmess', settings }] }).outbounds[0]?.settings).toMatchObject({
      packetEncoding: 'xudp',
    })
  })

  it('knows no other words', () => {
    expect(errors(vmess({}, { packetEncoding: 'stream' }))).toEqual([
      '/outbounds/0/settings/packetEncoding: "stream" is not one of none, packet, packetaddr, xudp',
    ])
  })
})
