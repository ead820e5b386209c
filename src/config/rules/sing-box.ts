import type { RuleTable } from './rule.js'

/** Files in the form of sing-box: what it refuses (config §13). */
export const SING_BOX_RULES = {
  'VM-B01': {
    title: 'in a sing-box file, every inbound and outbound has a type that exists',
    severity: 'error',
    v2ray: 'refuses',
    why: 'sing-box refuses the file. Its words are not those of V2Ray: direct for freedom and dokodemo-door, block for blackhole. The outbounds dns and wireguard are gone.',
  },
  'VM-B02': {
    title: 'in a sing-box file, a vmess user has an id',
    severity: 'error',
    v2ray: 'refuses',
    why: 'uuid is a UUID, or a text that stands for one; templates leave a placeholder.',
  },
  'VM-B03': {
    title: 'in a sing-box file, ports are numbers from 1 to 65535',
    severity: 'error',
    v2ray: 'refuses',
    why: 'listen_port and server_port have no quotes and no ranges.',
    fixable: true,
  },
  'VM-B04': {
    title: 'in a sing-box file, the transport is http, ws, quic, grpc or httpupgrade',
    severity: 'error',
    v2ray: 'refuses',
    why: 'Without transport it is tcp; there is no kcp. quic needs TLS.',
  },
  'VM-B05': {
    title: 'in a sing-box file, the security of vmess is one that sing-box knows',
    severity: 'error',
    v2ray: 'refuses',
    why: 'sing-box does not start with others: auto, none, zero, aes-128-gcm, chacha20-poly1305, aes-128-cfb, in small letters.',
  },
  'VM-B06': {
    title: 'in a sing-box file, an inbound with TLS has a certificate',
    severity: 'error',
    v2ray: 'refuses',
    why: 'certificate_path and key_path, or certificate and key, or acme.',
  },
  'VM-B07': {
    title: 'in a sing-box file, alterId is a whole number from 0 to 65535',
    severity: 'error',
    v2ray: 'refuses',
    why: 'It is alterId in users of an inbound and alter_id in an outbound; 0 is the AEAD header.',
    fixable: true,
  },
  'VM-B08': {
    title: 'in a sing-box file, every key and word is one that sing-box reads',
    severity: 'error',
    v2ray: 'refuses',
    why: 'sing-box refuses the whole file for a key it does not know, for a listen address that is a name, and for an unknown packet_encoding, network, log level or uTLS fingerprint. Keys and words are those of 1.14.',
  },
} as const satisfies RuleTable
