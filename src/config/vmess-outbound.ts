/** `settings` of a vmess outbound (config §4.3): V2Ray's `vnext`, or one server written flat as Xray does. */
import { dialPort, host } from './address.js'
import type { VmessOutboundSettings, VmessServerConfig } from './config.js'
import type { Place } from './place.js'
import { array, convert, ignored, object, required, type Shape } from './shape.js'
import { makeOutboundUser, OUTBOUND_USER_FIELDS, outboundUser } from './user.js'

const NO_SERVER: VmessServerConfig = { address: '', port: 1, users: [] }

const vnextServer: Shape<VmessServerConfig> = convert(
  object(
    { address: required(host), port: required(dialPort), users: required(array(outboundUser)) },
    { elsewhere: { id: 'users', security: 'users', alterId: 'users', streamSettings: 'the outbound' } },
  ),
  NO_SERVER,
  (server, place) => {
    const list = place.child('users')
    if (list !== undefined && server.users.length === 0 && list.node.type === 'array') {
      list.error('the list of users is empty')
    }
    return server
  },
)

const ELSEWHERE = { mux: 'the outbound', streamSettings: 'the outbound', clients: 'an inbound' }

const nested: Shape<VmessOutboundSettings> = convert(
  object({ vnext: required(array(vnextServer)) }, { elsewhere: ELSEWHERE }),
  { servers: [] },
  ({ vnext }, place) => {
    const list = place.child('vnext')
    if (list?.node.type === 'array' && vnext.length === 0) list.error('the list of servers is empty')
    return { servers: vnext }
  },
)

const flat: Shape<VmessOutboundSettings> = convert(
  object(
    {
      address: required(host),
      port: required(dialPort),
      vnext: ignored('has no effect beside address'),
      ...OUTBOUND_USER_FIELDS,
    },
    { elsewhere: ELSEWHERE },
  ),
  { servers: [] },
  ({ address, port, ...user }) => ({ servers: [{ address, port, users: [makeOutboundUser(user)] }] }),
)

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
    .error('the V2Ray 5 form (jsonv5) is not supported yet', 'write the id as "id", or use vnext')
  return { servers: [] }
}
