import { type Example, ID, inbound, outbound, stream, vnext } from './example.js'

const ws = (wsSettings: object): string => stream({ network: 'ws', wsSettings })
const tls = (tlsSettings: object, network = 'tcp'): string =>
  stream({ network, security: 'tls', tlsSettings })
const httpHeader = (header: object): string =>
  stream({ tcpSettings: { header: { type: 'http', ...header } } })
const kcp = (kcpSettings: object): string => stream({ network: 'kcp', kcpSettings })
const served = (streamSettings: object): string =>
  inbound({ protocol: 'vmess', settings: { clients: [{ id: ID }] }, streamSettings })

const PEM = { certificate: ['-----BEGIN CERTIFICATE-----'], key: ['-----BEGIN PRIVATE KEY-----'] }
const sha = 'ab'.repeat(32)

export const STREAM_EXAMPLES: Readonly<Record<`VM-${'N' | 'S'}${string}`, Example>> = {
  'VM-N01': { bad: stream({ network: 'smoke' }), good: stream({ network: 'WS' }) },
  'VM-N02': { bad: stream({ security: 'auto' }), good: stream({ security: 'none' }) },
  'VM-N03': { bad: stream({ network: 'tcp', wsSettings: {} }), good: ws({}) },
  'VM-N04': { bad: stream({ tlsSettings: {} }), good: tls({}) },
  'VM-N05': {
    bad: stream({ tcpSettings: { header: { type: 'srtp' } } }),
    good: stream({ tcpSettings: { header: { type: 'none' } } }),
  },
  'VM-N06': { bad: ws({ path: '/a b' }), good: ws({ path: '/a-b' }) },
  'VM-N07': {
    bad: httpHeader({ request: { headers: { Host: ['a'.repeat(2040)] } } }),
    good: httpHeader({ request: { headers: { Host: ['a.example'] } } }),
  },
  'VM-N08': {
    bad: served({ network: 'ws', wsSettings: { path: '/x?ed=2048' } }),
    good: served({ network: 'ws', wsSettings: { path: '/x' } }),
  },
  'VM-N09': { bad: ws({ path: 'x' }), good: ws({ path: '/x' }) },
  'VM-N10': {
    bad: httpHeader({ request: { headers: { Host: null } } }),
    good: httpHeader({ request: { headers: { Host: 'a.example' } } }),
  },
  'VM-N11': { bad: kcp({ mtu: 1500 }), good: kcp({ mtu: 1460, tti: 10 }) },
  'VM-N12': { bad: kcp({ seed: '' }), good: kcp({ seed: 'a long one' }) },
  'VM-N13': {
    bad: served({ sockopt: { acceptProxyProtocol: true } }),
    good: served({ tcpSettings: { acceptProxyProtocol: true } }),
  },
  'VM-N14': { bad: stream({ network: 'h2' }), good: tls({}, 'h2') },
  'VM-S01': {
    bad: served({ security: 'tls', tlsSettings: { certificates: [{}] } }),
    good: served({ security: 'tls', tlsSettings: { certificates: [PEM] } }),
  },
  'VM-S02': {
    bad: served({ security: 'tls' }),
    good: served({ security: 'tls', tlsSettings: { certificates: [PEM] } }),
  },
  'VM-S03': { bad: tls({ allowInsecure: true }), good: tls({}) },
  'VM-S04': { bad: tls({ pinnedPeerCertSha256: ['abc'] }), good: tls({ pinnedPeerCertSha256: [sha] }) },
  'VM-S05': {
    bad: tls({ minVersion: '1.3', maxVersion: '1.2' }),
    good: tls({ minVersion: '1.2', maxVersion: '1.3' }),
  },
  'VM-S06': {
    bad: served({ security: 'tls', tlsSettings: { certificates: [PEM], verifyClientCertificate: true } }),
    good: served({ security: 'tls', tlsSettings: { certificates: [PEM] } }),
  },
  'VM-S07': {
    bad: vnext({ address: '203.0.113.7' }, { streamSettings: { security: 'tls' } }),
    good: vnext({}, { streamSettings: { security: 'tls', tlsSettings: { serverName: 'a.example' } } }),
  },
  'VM-S12': { bad: tls({ alpn: ['x'.repeat(256)] }), good: tls({ alpn: ['x'.repeat(255)] }) },
  'VM-S08': { bad: tls({ alpn: ['h2'] }, 'ws'), good: tls({ alpn: ['http/1.1'] }, 'ws') },
}

export const ENGINE_EXAMPLES: Readonly<Record<`VM-E${string}`, Example>> = {
  'VM-E01': { bad: outbound({ protocol: 'dns' }), good: outbound({}) },
  'VM-E02': { bad: outbound({ streamSettings: { sockopt: { mark: 255 } } }), good: outbound({}) },
  'VM-E03': { bad: kcp({ readBufferSize: 5000 }), good: kcp({ readBufferSize: 4 }) },
}
