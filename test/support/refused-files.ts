/** Files that a program refuses, each for one reason, and what `validate --target` is to say as well. */
import { ID } from '../unit/config/rules/examples/example.js'

type Json = Readonly<Record<string, unknown>>
type Refused = Readonly<Record<string, Json>>

const REALITY = {
  serverName: 'a.example',
  publicKey: 'q1WPGk0RPJSTT3BzUpyIpCbPjSUOxQHbvyhkGxeGHUQ',
  shortId: '',
}

function xrayStream(streamSettings: Json, more: Json = {}): Json {
  const vnext = [{ address: 'a.example', port: 443, users: [{ id: ID }] }]
  return { outbounds: [{ protocol: 'vmess', settings: { vnext }, streamSettings, ...more }] }
}
const xrayTls = (tlsSettings: Json): Json => xrayStream({ security: 'tls', tlsSettings })
const xrayUser = (id: string): Json => ({
  inbounds: [{ protocol: 'vmess', port: 10_086, settings: { clients: [{ id }] } }],
  outbounds: [{ protocol: 'freedom' }],
})

const XRAY: Refused = {
  h2: xrayStream({ network: 'h2' }),
  quic: xrayStream({ network: 'quic' }),
  'a domain socket': xrayStream({ network: 'domainsocket' }),
  'the security auto': xrayStream({ security: 'auto' }),
  'a certificate that is not checked': xrayTls({ allowInsecure: true }),
  'a fingerprint of sing-box': xrayTls({ fingerprint: 'chrome_psk' }),
  'pins in a list': xrayTls({ pinnedPeerCertSha256: ['ab'.repeat(32)] }),
  'a pin that is no hex': xrayTls({ pinnedPeerCertSha256: 'zz' }),
  'names under their old key': xrayTls({ verifyPeerCertInNames: ['a.example'] }),
  'a header without a type': xrayStream({ tcpSettings: { header: null } }),
  'a header with an empty type': xrayStream({ tcpSettings: { header: { type: '' } } }),
  'REALITY without settings': xrayStream({ security: 'reality' }),
  'REALITY over ws': xrayStream({ network: 'ws', security: 'reality', realitySettings: REALITY }),
  'REALITY with a short key': xrayStream({
    security: 'reality',
    realitySettings: { ...REALITY, publicKey: 'AAAA' },
  }),
  'an unknown mode of xhttp': xrayStream({ network: 'xhttp', xhttpSettings: { mode: 'fast' } }),
  'Host among the headers of xhttp': xrayStream({
    network: 'xhttp',
    xhttpSettings: { headers: { Host: 'a.example' } },
  }),
  'kcp with a header of none': xrayStream({ network: 'kcp', kcpSettings: { header: { type: 'none' } } }),
  'kcp with a short tti': xrayStream({ network: 'kcp', kcpSettings: { tti: 9 } }),
  'fast open in words': xrayStream({ sockopt: { tcpFastOpen: 'yes' } }),
  'a mark in words': xrayStream({ sockopt: { mark: 'x' } }),
  'a strategy of sockopt': xrayStream({ sockopt: { domainStrategy: 'fast' } }),
  'a strategy for targets': xrayStream({}, { targetStrategy: 'fast' }),
  'sending through a word': xrayStream({}, { sendThrough: 'x' }),
  'an empty id': xrayUser(''),
  'an id of 39 letters': xrayUser('averyveryverylongtextwithmorethan30char'),
  'an id in braces': xrayUser(`{${ID}}`),
}

function singBoxOut(fields: Json): Json {
  return { outbounds: [{ type: 'vmess', server: '1.1.1.1', server_port: 443, uuid: ID, ...fields }] }
}
const singBoxIn = (fields: Json): Json => ({
  inbounds: [{ type: 'vmess', listen: '127.0.0.1', listen_port: 10_086, users: [{ uuid: ID }], ...fields }],
})
const singBoxTls = (tls: Json): Json =>
  singBoxOut({ tls: { enabled: true, server_name: 'a.example', ...tls } })

const SING_BOX: Refused = {
  'a cipher in capitals': singBoxOut({ security: 'AES-128-GCM' }),
  'aes-128-ctr': singBoxOut({ security: 'aes-128-ctr' }),
  'a packet encoding': singBoxOut({ packet_encoding: 'none' }),
  'a network': singBoxOut({ network: 'kcp' }),
  'a number for a text': singBoxOut({ tag: 5 }),
  'a text for a switch': singBoxOut({ global_padding: 'yes' }),
  'a key of inbounds': singBoxOut({ alterId: 0 }),
  'a transport without a type': singBoxOut({ transport: { path: '/' } }),
  'a transport in capitals': singBoxOut({ transport: { type: 'WS' } }),
  'a key of another transport': singBoxOut({ transport: { type: 'grpc', path: '/' } }),
  'quic without TLS': singBoxOut({ transport: { type: 'quic' } }),
  'a fingerprint of Xray': singBoxTls({ utls: { enabled: true, fingerprint: 'randomizednoalpn' } }),
  'REALITY without uTLS': singBoxTls({
    reality: { enabled: true, public_key: REALITY.publicKey, short_id: '' },
  }),
  'a key of TLS': singBoxTls({ serverName: 'a.example' }),
  'headers in a list': singBoxOut({ transport: { type: 'ws', headers: ['Host: a.example'] } }),
  'a tag twice': {
    outbounds: [
      { type: 'direct', tag: 'a' },
      { type: 'block', tag: 'a' },
    ],
  },
  'an outbound that is gone': { outbounds: [{ type: 'dns', tag: 'dns' }] },
  'a listen address that is a name': singBoxIn({ listen: 'localhost' }),
  'sniffing as it was': singBoxIn({ sniff: true }),
  'a user that is a text': singBoxIn({ users: [ID] }),
  'a key of users of V2Ray': singBoxIn({ users: [{ uuid: ID, email: 'a' }] }),
  'users that are no list': singBoxIn({ users: { uuid: ID } }),
  'a log level': { log: { level: 'WARN' }, ...singBoxOut({}) },
  'a key of the file': { routing: {}, ...singBoxOut({}) },
}

export const REFUSED_FILES: Readonly<Record<'xray' | 'sing-box', Refused>> = {
  xray: XRAY,
  'sing-box': SING_BOX,
}
