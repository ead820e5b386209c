/** `settings` of a vmess outbound (config §4.3): V2Ray's `vnext`, or one server written flat as Xray does. */
import { dialPort, host } from './address.js'
import type { VmessOutboundSettings, VmessServerConfig } from './config.js'
import type { Place } from './place.js'
import { word } from './scalars.js'
import { array, convert, ignored, object, optional, required, ruled, type Shape } from './shape.js'
import { makeOutboundUser, OUTBOUND_USER_FIELDS, outboundUser } from './user.js'

const NO_SERVER: VmessServerConfig = { address: '', port: 1, users: [] }

const vnextServer: Shape<VmessServerConfig> = convert(
  object(
    {
      address: required(host),
      port: required(dialPort),
      users: required(ruled('VM-U07', array(outboundUser))),
    },
    {
      elsewhere: { id: 'users', security: 'users', alterId: 'users', streamSettings: 'the outbound' },
      renamed: { user: 'users' },
    },
  ),
  NO_SERVER,
  (server, place) => {
    const list = place.child('users')
    if (list !== undefined && server.users.length === 0 && list.node.type === 'array') {
      list.report('VM-U07', 'the list of users is empty')
    }
    return server
  },
)

/** Not a field of V2Ray's own; links and Xray's relatives call it so. */
const packetEncoding = optional(
  word<NonNullable<VmessOutboundSettings['packetEncoding']>>(
    { none: 'none', packet: 'packet', packetaddr: 'packet', xudp: 'xudp' },
    'none',
  ),
  'none' as const,
)

const ELSEWHERE = { mux: 'the outbound', streamSettings: 'the outbound', clients: 'an inbound' }

const nested: Shape<VmessOutboundSettings> = convert(
  object({ vnext: required(ruled('VM-U08', array(vnextServer))), packetEncoding }, { elsewhere: ELSEWHERE }),
  { servers: [] },
  ({ vnext, packetEncoding: encoding }, place) => {
    const list = place.child('vnext')
    if (list?.node.type === 'array' && vnext.length === 0)
      list.report('VM-U08', 'the list of servers is empty')
    return settingsOf(vnext, encoding)
  },
)

const flat: Shape<VmessOutboundSettings> = convert(
  object(
    {
      address: required(host),
      port: required(dialPort),
      vnext: ignored('has no effect beside address'),
      packetEncoding,
      ...OUTBOUND_USER_FIELDS,
    },
    { elsewhere: ELSEWHERE },
  ),
  { servers: [] },
  ({ address, port, packetEncoding: encoding, ...user }) =>
    settingsOf([{ address, port, users: [makeOutboundUser(user)] }], encoding),
)

function settingsOf(
  servers: readonly VmessServerConfig[],
  encoding: NonNullable<VmessOutboundSettings['packetEncoding']>,
): VmessOutboundSettings {
  return encoding === 'none' ? { servers } : { servers, packetEncoding: encoding }
}

export const vmessOutbound: Shape<VmessOutboundSettings> = {
  blank: { servers: [] },
  read(place) {
    if (place.child('uuid') !== undefined) return refuseJsonV5(place)
    return place.child('address') === undefined ? nested.read(place) : flat.read(place)
  },
}

function refuseJsonV5(place: Place): VmessOutboundSettings {
  place
    .spot('uuid')
    .report('VM-U12', 'the V2Ray 5 form (jsonv5) is not supported yet', 'write the id as "id", or use vnext')
  return { servers: [] }
}
