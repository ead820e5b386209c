import { type Example, routed, rules, top } from './example.js'

const balanced = (balancer: object, tag = 'b'): string =>
  routed({
    rules: [{ type: 'field', network: 'tcp', balancerTag: tag }],
    balancers: [{ tag: 'b', selector: ['direct'], ...balancer }],
  })
const sniffed = (enabled: boolean): string =>
  routed(
    { rules: [{ type: 'field', protocol: ['bittorrent'], outboundTag: 'block' }] },
    { sniffing: { enabled, destOverride: ['http'] } },
  )
const level = (key: string): string => top({ policy: { levels: { [key]: { connIdle: 300 } } } })
const dns = (section: object): string => top({ dns: section })

export const SECTION_EXAMPLES: Readonly<Record<`VM-${'R' | 'Y'}${string}`, Example>> = {
  'VM-R01': { bad: rules({ type: undefined, network: 'tcp' }), good: rules({ network: 'tcp' }) },
  'VM-R02': { bad: rules({ outboundTag: undefined, network: 'tcp' }), good: rules({ network: 'tcp' }) },
  'VM-R03': { bad: rules({ outboundTag: 'blok', network: 'tcp' }), good: rules({ network: 'tcp' }) },
  'VM-R04': { bad: balanced({}, 'c'), good: balanced({}) },
  'VM-R05': { bad: rules({ domain: [] }), good: rules({ domain: ['a.example'] }) },
  'VM-R06': { bad: rules({ port: 0 }), good: rules({ port: 53 }) },
  'VM-R07': { bad: rules({ port: '65536' }), good: rules({ port: '53, 1000-2000' }) },
  'VM-R08': { bad: rules({ ip: ['10.0.0.0/33'] }), good: rules({ ip: ['10.0.0.0/8', '::1'] }) },
  'VM-R09': { bad: rules({ domain: ['regexp:('] }), good: rules({ domain: ['regexp:^a\\.'] }) },
  'VM-R10': { bad: balanced({ selector: [] }), good: balanced({}) },
  'VM-R11': { bad: balanced({ selector: ['dircet'] }), good: balanced({}) },
  'VM-R12': {
    bad: rules({ inboundTag: ['out'] }),
    good: rules({ inboundTag: ['in'] }),
  },
  'VM-R13': { bad: sniffed(false), good: sniffed(true) },
  'VM-R15': { bad: rules({ ip: ['geoip:!cn'] }), good: rules({ ip: ['10.0.0.0/8'] }) },
  'VM-R16': { bad: rules({ domain: [''] }), good: rules({ domain: ['a.example'] }) },
  'VM-Y01': { bad: level('a'), good: level('01') },
  'VM-Y02': { bad: top({ policy: { levels: { '1': {}, '01': {} } } }), good: level('1') },
  'VM-Y03': {
    bad: top({ policy: { levels: { 0: { handshake: 0 } } } }),
    good: top({ policy: { levels: { 0: { handshake: 4 } } } }),
  },
  'VM-Y04': { bad: top({ api: { services: [] } }), good: top({ api: { tag: 'api', services: [] } }) },
  'VM-Y05': {
    bad: top({ api: { tag: 'api', services: ['StatService'] } }),
    good: top({ api: { tag: 'api', services: ['StatsService'] } }),
  },
  'VM-Y06': {
    bad: dns({ servers: [{ port: 53 }] }),
    good: dns({ servers: [{ address: '1.1.1.1', port: 53 }] }),
  },
  'VM-Y07': { bad: dns({ clientIp: 'here' }), good: dns({ clientIp: '203.0.113.7' }) },
  'VM-Y08': {
    bad: dns({ hosts: { 'a.example': ['1.1.1.1'] } }),
    good: dns({ hosts: { 'a.example': '1.1.1.1' } }),
  },
  'VM-Y10': {
    bad: top({ reverse: { bridges: [{ tag: 'b' }] } }),
    good: top({ reverse: { bridges: [{ tag: 'b', domain: 'a.example' }] } }),
  },
}
