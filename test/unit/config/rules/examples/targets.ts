import type { Target } from '../../../../../src/config/rules/rule.js'
import {
  client,
  type Example,
  file,
  ID,
  inbound,
  OTHER_ID,
  outbound,
  routed,
  server,
  stream,
  user,
  vnext,
} from './example.js'

/** The same example for one target. */
function on(target: Target, bad: string, good: string): Example {
  return { bad, good, options: { target } }
}

const tlsWith = (tlsSettings: object): string => stream({ security: 'tls', tlsSettings })
const flat = outbound({ protocol: 'vmess', settings: { address: 'a.example', port: 443, id: ID } })

export const TARGET_EXAMPLES: Readonly<Record<`VM-T${string}`, Example>> = {
  'VM-T01': on('xray', file({ outbound: { protocol: 'freedom' } }), outbound({})),
  'VM-T02': on('xray', outbound({}, { transport: { kcpSettings: { mtu: 1350 } } }), outbound({})),
  'VM-T03': on('v2ray4', stream({ network: 'grpc' }), stream({ network: 'ws' })),
  'VM-T04': on(
    'xray',
    stream({ network: 'kcp', kcpSettings: { seed: 'x' } }),
    stream({ network: 'kcp', kcpSettings: { mtu: 1350 } }),
  ),
  'VM-T05': on('xray', user({ security: 'none' }), user({ security: 'auto' })),
  'VM-T06': on('xray', client({ alterId: 64 }), client({ alterId: 0 })),
  'VM-T07': on(
    'xray',
    inbound({ protocol: 'vmess', port: '10000-10010', allocate: { strategy: 'random' } }),
    inbound({ protocol: 'vmess' }),
  ),
  'VM-T08': on('xray', vnext({ users: [{ id: ID }, { id: OTHER_ID }] }), vnext({})),
  'VM-T09': on('v2ray4', flat, vnext({})),
  'VM-T10': on('v2ray4', server({ users: [{ id: ID }] }), server({ clients: [{ id: ID }] })),
  'VM-T11': on('v2ray4', inbound({ protocol: 'mixed' }), inbound({ protocol: 'socks' })),
  'VM-T12': on('v2ray4', stream({ security: 'reality' }), stream({ security: 'tls' })),
  'VM-T13': on(
    'xray',
    server({ disableInsecureEncryption: true }),
    server({ disableInsecureEncryption: false }),
  ),
  'VM-T14': on('xray', routed({ settings: { rules: [] } }), routed({ rules: [] })),
  'VM-T15': on(
    'xray',
    inbound({ domainOverride: ['http'] }),
    inbound({ sniffing: { enabled: true, destOverride: ['http'] } }),
  ),
  'VM-T16': on('sing-box', vnext({}, { mux: { enabled: true } }), vnext({}, { mux: { enabled: false } })),
  'VM-T17': on(
    'xray',
    client({}),
    file({ outbounds: [{ protocol: 'freedom', settings: { domainStrategy: 'AsIs' } }] }),
  ),
  'VM-T18': on('v2ray4', tlsWith({ fingerprint: 'chrome' }), tlsWith({})),
  'VM-T19': on('xray', outbound({}, { reverse: {} }), outbound({})),
  'VM-T20': on(
    'v2ray4',
    stream({ network: 'ws', wsSettings: { path: '/x?ed=2048' } }),
    stream({ network: 'ws', wsSettings: { path: '/x' } }),
  ),
  'VM-T21': on('sing-box', outbound({}, { stats: {} }), outbound({})),
  'VM-T22': on('sing-box', stream({ tcpSettings: { header: { type: 'http' } } }), stream({})),
  'VM-T23': on(
    'xray',
    outbound({ settings: { domainStrategy: 'fast' } }),
    outbound({ settings: { domainStrategy: 'ForceIPv4v6' } }),
  ),
  'VM-T24': on(
    'xray',
    tlsWith({ pinnedPeerCertSha256: ['ab'.repeat(32)] }),
    tlsWith({ pinnedPeerCertSha256: 'ab'.repeat(32) }),
  ),
  'VM-T25': on(
    'xray',
    stream({ network: 'kcp' }),
    stream({ network: 'kcp', finalmask: { udp: [{ type: 'mkcp-original' }] } }),
  ),
}
