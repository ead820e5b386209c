import { type Example, file, ID } from './example.js'

const inbound = (fields: object): string =>
  file({ inbounds: [{ type: 'vmess', listen_port: 443, users: [{ uuid: ID }], ...fields }] })
const outbound = (fields: object): string =>
  file({ outbounds: [{ type: 'vmess', server: 'a.example', server_port: 443, uuid: ID, ...fields }] })
const CERTIFIED = { enabled: true, certificate_path: 'c.pem', key_path: 'k.pem' }

export const SING_BOX_EXAMPLES: Readonly<Record<`VM-B${string}`, Example>> = {
  'VM-B01': { bad: outbound({ type: 'freedom' }), good: outbound({}) },
  'VM-B02': { bad: outbound({ uuid: '{{ uuid }}' }), good: outbound({ uuid: 'alice' }) },
  'VM-B03': { bad: outbound({ server_port: '443' }), good: outbound({}) },
  'VM-B04': { bad: outbound({ transport: { type: 'kcp' } }), good: outbound({ transport: { type: 'ws' } }) },
  'VM-B05': { bad: outbound({ security: 'aes-256-gcm' }), good: outbound({ security: 'zero' }) },
  'VM-B06': { bad: inbound({ tls: { enabled: true } }), good: inbound({ tls: CERTIFIED }) },
  'VM-B07': {
    bad: inbound({ users: [{ uuid: ID, alterId: 65_536 }] }),
    good: inbound({ users: [{ uuid: ID, alterId: 0 }] }),
  },
  'VM-B08': { bad: outbound({ alterId: 0 }), good: outbound({ alter_id: 0, packet_encoding: 'xudp' }) },
}
