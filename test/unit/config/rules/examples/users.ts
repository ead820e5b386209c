import { client, type Example, file, ID, OTHER_ID, outbound, server, user, vnext } from './example.js'

export const USER_EXAMPLES: Readonly<Record<`VM-${'A' | 'U'}${string}`, Example>> = {
  'VM-A01': { bad: user({ alterId: 65_536 }), good: user({ alterId: 65_535 }) },
  'VM-A02': { bad: client({ alterId: 257 }), good: client({ alterId: 256 }) },
  'VM-A03': { bad: user({ alterId: 64 }), good: user({ alterId: 0 }) },
  'VM-A04': {
    bad: server({ clients: [{ id: ID }], default: { alterId: 16 } }),
    good: server({ clients: [{ id: ID, alterId: 16 }], default: { alterId: 16 } }),
  },
  'VM-U01': { bad: client({ id: ID.replace('9', 'g') }), good: client({ id: ID.replaceAll('-', '') }) },
  'VM-U02': { bad: client({ id: '{{ uuid }}' }), good: client({}) },
  'VM-U03': { bad: client({ id: 'alice' }), good: client({}) },
  'VM-U04': { bad: client({ id: '23ad6b10-8d1a-40f7-8ad0-e3e35cd38297' }), good: client({}) },
  'VM-U05': {
    bad: server({
      clients: [
        { id: ID, email: 'a' },
        { id: ID, email: 'b' },
      ],
    }),
    good: server({
      clients: [
        { id: ID, email: 'a' },
        { id: OTHER_ID, email: 'b' },
      ],
    }),
  },
  'VM-U06': {
    bad: server({
      clients: [
        { id: ID, email: 'A@b' },
        { id: OTHER_ID, email: 'a@B' },
      ],
    }),
    good: server({
      clients: [
        { id: ID, email: 'A@b' },
        { id: OTHER_ID, email: 'a@c' },
      ],
    }),
  },
  'VM-U07': { bad: vnext({ users: [] }), good: vnext({}) },
  'VM-U08': { bad: outbound({ protocol: 'vmess', settings: { vnext: [] } }), good: vnext({}) },
  'VM-U09': { bad: user({ security: 'aes-128-cfb' }), good: user({ security: 'AES-128-GCM' }) },
  'VM-U10': { bad: user({ security: 'none' }), good: user({ security: 'auto' }) },
  'VM-U11': { bad: server({ clients: [] }), good: client({}) },
  'VM-U12': { bad: server({ users: [ID] }), good: client({}) },
  'VM-U13': {
    bad: server({ clients: [{ id: ID, email: 'a' }, { id: OTHER_ID }] }),
    good: file({ inbounds: [{ port: 1, protocol: 'vmess', settings: { clients: [{ id: ID }] } }] }),
  },
}
