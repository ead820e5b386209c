import { type Example, file, ID, inbound } from './example.js'

const range = (ports: string, fields: object, more: object = {}): string =>
  inbound({ protocol: 'vmess', port: ports, allocate: { strategy: 'random', ...fields }, ...more })

const detour = (target: object, source: object = {}): string =>
  file({
    inbounds: [
      {
        port: 1,
        protocol: 'vmess',
        settings: { clients: [{ id: ID }], detour: { to: 'dynamic' } },
        ...source,
      },
      { port: 2, protocol: 'vmess', tag: 'dynamic', ...target },
    ],
    outbounds: [{ protocol: 'freedom' }],
  })

const socks = (settings: object): string => inbound({ settings })
const account = (pass: string) => ({ accounts: [{ user: 'a', pass }], auth: 'password' })
const dokodemo = (settings: object): string => inbound({ protocol: 'dokodemo-door', settings })

export const INBOUND_EXAMPLES: Readonly<Record<`VM-${'P' | 'D' | 'I' | 'W'}${string}`, Example>> = {
  'VM-P01': { bad: inbound({ port: '200-100' }), good: inbound({ port: '100-200' }) },
  'VM-P02': { bad: file({ inbounds: [{ protocol: 'socks' }] }), good: inbound({}) },
  'VM-P03': { bad: inbound({ port: 0 }), good: inbound({ port: 1 }) },
  'VM-P04': { bad: inbound({ listen: '127.0.0.1:1080' }), good: inbound({ listen: 'localhost' }) },
  'VM-P05': {
    bad: file({ inbounds: [1, 2].map((n) => ({ port: 1, protocol: 'http', tag: `${n}` })) }),
    good: file({ inbounds: [1, 2].map((n) => ({ port: n, protocol: 'http', tag: `${n}` })) }),
  },
  'VM-P06': {
    bad: inbound({ listen: '/run/x.sock' }),
    good: inbound({ listen: '/run/x.sock', protocol: 'http' }),
  },
  'VM-P07': { bad: inbound({ port: 'env:VMESS_RULE_NOT_SET' }), good: inbound({ port: '1' }) },
  'VM-P08': { bad: inbound({ port: '80,443' }), good: inbound({ port: '80-81' }) },
  'VM-P09': { bad: dokodemo({}), good: dokodemo({ address: '1.1.1.1', port: 53 }) },
  'VM-P10': {
    bad: dokodemo({ address: '1.1.1.1', port: 53, network: 'icmp' }),
    good: dokodemo({ address: '1.1.1.1', port: 53, network: 'tcp,udp' }),
  },
  'VM-P11': {
    bad: dokodemo({ address: '1.1.1.1', port: 53, network: [] }),
    good: dokodemo({ address: '1.1.1.1', port: 53, network: ['udp'] }),
  },
  'VM-P12': {
    bad: inbound({ listen: '/tmp/kcp.sock', port: undefined, streamSettings: { network: 'kcp' } }),
    good: inbound({ streamSettings: { network: 'kcp' } }),
  },
  'VM-D01': {
    bad: inbound({ allocate: { strategy: 'sometimes' } }),
    good: inbound({ allocate: { strategy: 'always' } }),
  },
  'VM-D02': {
    bad: range('10000-10010', { concurrency: 11 }),
    good: range('10000-10010', { concurrency: 5 }),
  },
  'VM-D03': { bad: range('10000-10010', { concurrency: 6 }), good: range('10000-10010', { concurrency: 5 }) },
  'VM-D04': { bad: range('10000-10010', { refresh: 0 }), good: range('10000-10010', { refresh: 1 }) },
  'VM-D05': { bad: detour({ tag: 'dynamc' }), good: detour({}) },
  'VM-D06': { bad: detour({ streamSettings: { network: 'ws' } }), good: detour({}) },
  'VM-D07': { bad: detour({ settings: { disableInsecureEncryption: true } }), good: detour({}) },
  'VM-D08': {
    bad: inbound({
      protocol: 'vmess',
      port: undefined,
      listen: '/run/x.sock',
      allocate: { strategy: 'always' },
    }),
    good: inbound({ protocol: 'vmess', port: undefined, listen: '/run/x.sock' }),
  },
  'VM-I01': {
    bad: inbound({ sniffing: { enabled: true, destOverride: ['bittorrent'] } }),
    good: inbound({ sniffing: { enabled: true, destOverride: ['http', 'tls'] } }),
  },
  'VM-I02': {
    bad: inbound({ sniffing: { enabled: true, destOverride: ['quic'] } }),
    good: inbound({ sniffing: { enabled: true, destOverride: ['http'] } }),
  },
  'VM-W01': {
    bad: socks({ accounts: [{ user: 'a', pass: 'k3Jd-9fQx' }] }),
    good: socks(account('k3Jd-9fQx')),
  },
  'VM-W02': {
    bad: socks({ ...account('k3Jd-9fQx'), auth: 'Password' }),
    good: socks(account('k3Jd-9fQx')),
  },
  'VM-W03': { bad: inbound({ listen: '0.0.0.0' }), good: inbound({}) },
  'VM-W04': { bad: socks(account('1234')), good: socks(account('k3Jd-9fQx')) },
}
