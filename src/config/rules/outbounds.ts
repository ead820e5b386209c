import type { RuleTable } from './rule.js'

/** Tags, and where traffic leaves (config §2, §4). */
export const OUTBOUND_RULES = {
  'VM-G01': {
    title: 'tags of inbounds, and those of outbounds, differ',
    severity: 'error',
    v2ray: 'accepts',
    why: 'V2Ray 4.34 silently starts only the last inbound of a tag, V2Ray 5 merges them, Xray refuses.',
  },
  'VM-G02': {
    title: 'there is an outbound',
    severity: 'warning',
    v2ray: 'accepts',
    why: 'Without one every connection is dropped.',
  },
  'VM-G03': {
    title: 'the first outbound is not a blackhole',
    severity: 'warning',
    v2ray: 'accepts',
    why: 'The first outbound takes whatever no rule decides, so everything else is dropped.',
    kind: 'advice',
  },
  'VM-G04': {
    title: 'proxySettings.tag names an outbound',
    severity: 'error',
    v2ray: 'accepts',
    why: 'V2Ray warns at run time and then connects directly, past the proxy that was meant.',
  },
  'VM-G05': {
    title: 'a file for a server has a vmess inbound with users',
    severity: 'off',
    v2ray: 'accepts',
    why: 'Asked for with `--as server`.',
    kind: 'advice',
  },
  'VM-G06': {
    title: 'a file for a client has a vmess outbound and an inbound for applications',
    severity: 'off',
    v2ray: 'accepts',
    why: 'Asked for with `--as client`.',
    kind: 'advice',
  },
  'VM-O01': {
    title: 'protocol is one that exists',
    severity: 'error',
    v2ray: 'refuses',
    why: 'The name decides how settings are read; upper and lower case are the same.',
  },
  'VM-O02': {
    title: 'an address to connect to is an IP address or a domain name',
    severity: 'error',
    v2ray: 'accepts',
    why: 'V2Ray takes every text for a domain and fails when it connects. The port has its own key.',
  },
  'VM-O03': {
    title: 'a port to connect to is a number from 1 to 65535, without quotes',
    severity: 'error',
    v2ray: 'refuses',
    why: 'Only inbounds may write their port as text.',
    fixable: true,
  },
  'VM-O04': {
    title: 'sendThrough is an IP address of this machine',
    severity: 'error',
    v2ray: 'refuses',
    why: 'It is the address that connections leave from.',
  },
  'VM-O05': {
    title: 'redirect is host:port',
    severity: 'error',
    v2ray: 'refuses',
    why: 'An empty host or port 0 keeps that part of the destination.',
  },
  'VM-O06': {
    title: 'mux.concurrency is from -32768 to 1024',
    severity: 'error',
    v2ray: 'refuses',
    why: 'It counts the flows that share a connection; a negative number switches mux off. It is checked even where mux is not enabled.',
  },
  'VM-O07': {
    title: 'mux stands on a vmess outbound',
    severity: 'warning',
    v2ray: 'accepts',
    why: 'freedom and blackhole have no other end that could take the streams apart.',
  },
  'VM-O08': {
    title: 'a socks or http outbound has a server',
    severity: 'error',
    v2ray: 'refuses',
    why: 'There is nowhere to connect to.',
  },
} as const satisfies RuleTable
