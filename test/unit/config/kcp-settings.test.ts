import { describe, expect, it } from 'vitest'
import { DEFAULT_KCP } from '../../../src/config/kcp-settings.js'
import { accept, complaints, errors, inbound, withOutbound } from './reading.js'

const fileWith = (kcpSettings: unknown, more: object = {}): object =>
  withOutbound({ inbounds: [inbound({ streamSettings: { network: 'mKCP', kcpSettings, ...more } })] })
const streamOf = (kcpSettings: unknown): unknown => accept(fileWith(kcpSettings)).inbounds[0]?.stream
const PLACE = '/inbounds/0/streamSettings/kcpSettings'

describe('kcpSettings', () => {
  it('have the defaults of V2Ray', () => {
    for (const nothing of [undefined, null, {}]) {
      expect(streamOf(nothing)).toEqual({ ...DEFAULT_KCP, security: 'none' })
    }
    expect(DEFAULT_KCP).toMatchObject({ mtu: 1350, ttiMs: 50, uplinkCapacity: 5, downlinkCapacity: 20 })
  })

  it('take everything', () => {
    const settings = {
      mtu: 576,
      tti: 100,
      uplinkCapacity: 0,
      downlinkCapacity: 100,
      congestion: true,
      readBufferSize: 0,
      writeBufferSize: 1,
      header: { type: 'WeChat-Video' },
      seed: 'secret',
    }
    expect(streamOf(settings)).toEqual({
      network: 'kcp',
      security: 'none',
      header: 'wechat-video',
      seed: 'secret',
      mtu: 576,
      ttiMs: 100,
      uplinkCapacity: 0,
      downlinkCapacity: 100,
      congestion: true,
      readBuffer: 524_288,
      writeBuffer: 1_048_576,
    })
  })

  it('tell an empty seed from none', () => {
    expect(streamOf({ seed: '' })).toMatchObject({ seed: '' })
    expect(streamOf({ seed: null })).not.toHaveProperty('seed')
  })

  it.each([
    [{ mtu: 575 }, 'mtu: must be a whole number from 576 to 1460, found 575'],
    [{ mtu: 1461 }, 'mtu: must be a whole number from 576 to 1460, found 1461'],
    [{ tti: 9 }, 'tti: must be a whole number from 10 to 100, found 9'],
    [{ tti: 101 }, 'tti: must be a whole number from 10 to 100, found 101'],
    [{ uplinkCapacity: -1 }, 'uplinkCapacity: must be a whole number from 0 to 4294967295, found -1'],
    [{ header: {} }, 'header/type: type is missing'],
    [
      { header: { type: 'http' } },
      'header/type: "http" is not one of none, srtp, utp, wechat-video, dtls, wireguard',
    ],
  ])('refuse %j', (settings, message) => {
    expect(errors(fileWith(settings))).toEqual([`${PLACE}/${message}`])
  })

  it('are checked for another network too, and have no effect there', () => {
    const file = (kcpSettings: object) =>
      withOutbound({ inbounds: [inbound({ streamSettings: { kcpSettings } })] })
    expect(errors(file({ mtu: 1 }))).toHaveLength(1)
    expect(complaints(file({}))).toEqual([`warning ${PLACE}: has no effect on tcp`])
  })

  it('go with TLS', () => {
    const tlsSettings = { certificates: [{ certificateFile: 'c', keyFile: 'k' }] }
    expect(errors(fileWith({}, { security: 'tls', tlsSettings }))).toEqual([])
  })

  it('leave the port free for an inbound on tcp', () => {
    const streamSettings = { network: 'kcp' }
    const both = withOutbound({ inbounds: [inbound({ tag: 'a' }), inbound({ tag: 'b', streamSettings })] })
    expect(errors(both)).toEqual([])
    const twice = withOutbound({ inbounds: [inbound({ streamSettings }), inbound({ streamSettings })] })
    expect(errors(twice)).toEqual(['/inbounds/1/port: 0.0.0.0:1/udp is taken by the inbound at /inbounds/0'])
  })
})
