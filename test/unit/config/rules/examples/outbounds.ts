import { client, type Example, file, inbound, outbound, vnext } from './example.js'

const tags = (first: string, second: string): string =>
  file({ outbounds: [first, second].map((tag) => ({ protocol: 'freedom', tag })) })
const first = (protocol: string): string => file({ outbounds: [{ protocol }, { protocol: 'freedom' }] })
const proxied = (tag: string): string =>
  file({
    outbounds: [
      { protocol: 'freedom', proxySettings: { tag } },
      { protocol: 'freedom', tag: 'next' },
    ],
  })

export const OUTBOUND_EXAMPLES: Readonly<Record<`VM-${'G' | 'O'}${string}`, Example>> = {
  'VM-G01': { bad: tags('a', 'a'), good: tags('a', 'b') },
  'VM-G02': { bad: '{}', good: outbound({}) },
  'VM-G03': { bad: first('blackhole'), good: first('freedom') },
  'VM-G04': { bad: proxied('nxt'), good: proxied('next') },
  'VM-G05': { bad: inbound({}), good: client({}), options: { as: 'server' } },
  'VM-G06': {
    bad: client({}),
    good: file({
      inbounds: [{ port: 1080, listen: '127.0.0.1', protocol: 'socks' }],
      outbounds: (JSON.parse(vnext({})) as { outbounds: unknown[] }).outbounds,
    }),
    options: { as: 'client' },
  },
  'VM-O01': { bad: outbound({ protocol: 'smoke' }), good: outbound({ protocol: 'FREEDOM' }) },
  'VM-O02': { bad: vnext({ address: '1.1.1.1:443' }), good: vnext({ address: '1.1.1.1' }) },
  'VM-O03': { bad: vnext({ port: '443' }), good: vnext({ port: 443 }) },
  'VM-O04': { bad: outbound({ sendThrough: 'a.example' }), good: outbound({ sendThrough: '127.0.0.1' }) },
  'VM-O05': {
    bad: outbound({ settings: { redirect: '127.0.0.1' } }),
    good: outbound({ settings: { redirect: '127.0.0.1:80' } }),
  },
  'VM-O06': {
    bad: vnext({}, { mux: { concurrency: 1025 } }),
    good: vnext({}, { mux: { concurrency: 1024 } }),
  },
  'VM-O07': { bad: outbound({ mux: { enabled: true } }), good: vnext({}, { mux: { enabled: true } }) },
  'VM-O08': {
    bad: outbound({ protocol: 'socks', settings: { servers: [] } }),
    good: outbound({ protocol: 'socks', settings: { servers: [{ address: '127.0.0.1', port: 1 }] } }),
  },
}
