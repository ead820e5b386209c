/** `wsSettings`, `httpupgradeSettings` and `tlsSettings`. */
import { describe, expect, it } from 'vitest'
import { accept, complaints, errors, ID } from './reading.js'

const outbound = (streamSettings: object): object => ({
  outbounds: [{ protocol: 'vmess', streamSettings, settings: { address: 'a.example', port: 1, id: ID } }],
})
const inbound = (streamSettings: object): object => ({
  inbounds: [{ port: 1, protocol: 'vmess', settings: { clients: [{ id: ID }] }, streamSettings }],
  outbounds: [{ protocol: 'freedom' }],
})
const streamOf = (streamSettings: object): unknown => accept(outbound(streamSettings)).outbounds[0]?.stream

describe('ws', () => {
  const ws = (wsSettings: object): unknown => streamOf({ network: 'ws', wsSettings })

  it.each([
    [{}, { path: '/', headers: {} }],
    [{ path: 'ray' }, { path: '/ray', headers: {} }],
    [{ Path: '/ray' }, { path: '/ray', headers: {} }],
    [{ headers: { hOST: 'a', 'X-Y': 'z' } }, { path: '/', host: 'a', headers: { 'X-Y': 'z' } }],
    [
      { host: 'b', headers: { Host: 'a' } },
      { path: '/', host: 'b', headers: {} },
    ],
    [
      { path: '/r?ed=2048' },
      { path: '/r', headers: {}, earlyData: { bytes: 2_048, header: 'Sec-WebSocket-Protocol' } },
    ],
    [
      { path: '/r?a=b&ed=1' },
      { path: '/r?a=b', headers: {}, earlyData: { bytes: 1, header: 'Sec-WebSocket-Protocol' } },
    ],
    [{ path: '/r?ed=0' }, { path: '/r', headers: {} }],
    [{ maxEarlyData: 9 }, { path: '/', headers: {}, earlyData: { bytes: 9 } }],
    [
      { maxEarlyData: 9, earlyDataHeaderName: 'X-E' },
      { path: '/', headers: {}, earlyData: { bytes: 9, header: 'X-E' } },
    ],
  ])('reads %j', (settings, expected) => {
    expect(ws(settings)).toEqual({ network: 'ws', security: 'none', ...expected })
  })

  it('checks the Host on an inbound only where `host` says so, as V2Ray does', () => {
    const hostOf = (wsSettings: object): unknown =>
      accept(inbound({ network: 'websocket', wsSettings })).inbounds[0]?.stream
    expect(hostOf({ headers: { Host: 'a' } })).not.toHaveProperty('host')
    expect(hostOf({ host: 'a' })).toHaveProperty('host', 'a')
  })

  it.each([
    [{ headers: { A: ['b'] } }, 'headers/A: must be a string, found an array'],
    [{ headers: { 'A B': 'c' } }, 'headers/A B: "A B" is not the name of a header'],
    [{ headers: { A: 'b\r\nC: d' } }, 'headers/A: the value holds characters that no header can have'],
    [{ headers: [] }, 'headers: must be an object of strings, found an array'],
    [{ host: 'a b' }, 'host: "a b" is not a Host'],
    [{ path: '/a b' }, 'path: "/a b" holds a character that no path can have'],
    [{ maxEarlyData: 9_000 }, 'maxEarlyData: must be at most 8192'],
    [{ earlyDataHeaderName: 'A B' }, 'earlyDataHeaderName: is not the name of a header'],
    [{ useBrowserForwarding: true }, 'useBrowserForwarding: forwarding by a browser is not supported'],
  ])('refuses %j', (settings, message) => {
    expect(errors(outbound({ network: 'ws', wsSettings: settings }))).toEqual([
      `/outbounds/0/streamSettings/wsSettings/${message}`,
    ])
  })
})

describe('httpupgrade', () => {
  it('reads its place', () => {
    const httpupgradeSettings = { path: 'u?ed=9', host: 'a', headers: { 'X-Y': 'z' } }
    expect(streamOf({ network: 'httpupgrade', httpupgradeSettings })).toEqual({
      network: 'httpupgrade',
      security: 'none',
      path: '/u',
      host: 'a',
      headers: { 'X-Y': 'z' },
    })
  })
})

describe('tls', () => {
  const PIN = 'ab'.repeat(32)
  const CHAIN = `${'A'.repeat(43)}=`
  const tls = (tlsSettings?: object): unknown => streamOf({ security: 'TLS', tlsSettings })
  const OFF = { allowInsecure: false, disableSystemRoot: false, certificates: [] }

  it.each([
    [undefined, OFF],
    [{ serverName: '', alpn: [], enableSessionResumption: true }, OFF],
    [
      { serverName: 'a', alpn: 'h2,http/1.1' },
      { ...OFF, serverName: 'a', alpn: ['h2', 'http/1.1'] },
    ],
    [{ disableSystemRoot: true }, { ...OFF, disableSystemRoot: true }],
    [
      { minVersion: '1.3', maxVersion: '1.3' },
      { ...OFF, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
    ],
    [{ pinnedPeerCertSha256: `${PIN},${PIN}` }, { ...OFF, pinnedCertificates: [PIN, PIN] }],
    [{ pinnedPeerCertificateChainSha256: [CHAIN] }, { ...OFF, pinnedChains: [CHAIN] }],
    [
      { certificates: [{ usage: 'verify', certificate: ['a', 'b'] }] },
      { ...OFF, certificates: [{ usage: 'verify', certificate: { pem: 'a\nb\n' } }] },
    ],
    [
      { certificates: [{ certificateFile: 'c', keyFile: 'k', certificate: ['x'] }] },
      { ...OFF, certificates: [{ usage: 'encipherment', certificate: { file: 'c' }, key: { file: 'k' } }] },
    ],
  ])('reads %j', (settings, expected) => {
    expect(tls(settings)).toEqual({ network: 'tcp', security: 'tls', tls: expected })
  })

  it('warns of allowInsecure once, unless the certificate is pinned', () => {
    const found = (tlsSettings: object): string[] => complaints(outbound({ security: 'tls', tlsSettings }))
    expect(found({ allowInsecure: true })).toEqual([
      'warning /outbounds/0/streamSettings/tlsSettings/allowInsecure: the certificate of the server is not checked: whoever is in between can read and change everything',
    ])
    expect(found({ allowInsecure: true, pinnedPeerCertSha256: PIN })).toEqual([])
  })

  it.each([
    [
      { certificates: [{ usage: 'verify' }] },
      'certificates/0: neither certificateFile nor certificate is given',
    ],
    [{ certificates: [{ certificate: ['x'] }] }, 'certificates/0: neither keyFile nor key is given'],
    [
      { certificates: [{ usage: 'issue', certificate: ['x'], key: ['y'] }] },
      'certificates/0/usage: "issue" is not supported; supported: encipherment, verify',
    ],
    [{ minVersion: '1.1' }, 'minVersion: "1.1" is not a TLS version; supported: 1.2, 1.3'],
    [{ minVersion: '1.3', maxVersion: '1.2' }, 'maxVersion: is below minVersion'],
    [
      { pinnedPeerCertSha256: 'abc' },
      'pinnedPeerCertSha256: must be SHA-256 sums of certificates in hex, 64 digits each',
    ],
    [
      { pinnedPeerCertificateChainSha256: ['abc'] },
      'pinnedPeerCertificateChainSha256: must be SHA-256 sums of certificate chains in base64, 44 characters each',
    ],
    [{ allowInsecure: 'true' }, 'allowInsecure: must be true or false, found a string'],
  ])('refuses %j', (tlsSettings, message) => {
    expect(errors(outbound({ security: 'tls', tlsSettings }))).toEqual([
      `/outbounds/0/streamSettings/tlsSettings/${message}`,
    ])
  })

  it('asks clients for certificates only with an authority to check them', () => {
    const certificates = [{ certificateFile: 'c', keyFile: 'k' }]
    const tlsSettings = { certificates, verifyClientCertificate: true }
    expect(errors(inbound({ security: 'tls', tlsSettings }))).toEqual([
      '/inbounds/0/streamSettings/tlsSettings: verifyClientCertificate needs a certificate with usage "verify"',
    ])
  })

  it('goes with the PROXY protocol in front of it', () => {
    const tlsSettings = { certificates: [{ certificateFile: 'c', keyFile: 'k' }] }
    const settings = {
      network: 'ws',
      wsSettings: { acceptProxyProtocol: true },
      security: 'tls',
      tlsSettings,
    }
    expect(errors(inbound(settings))).toEqual([])
  })
})
