/** `settings` of a vmess inbound (config §3.5). */
import { toHex } from '../bytes/bytes.js'
import type { VmessInboundSettings, VmessUserConfig } from './config.js'
import type { Place } from './place.js'
import { flag, quote, text, uint16, wholeNumber } from './scalars.js'
import { array, convert, ignored, maybe, object, optional, refused, type Shape } from './shape.js'
import { inboundUser } from './user.js'

/** Alter ids of all users together; each is signed for anew in every second. */
const COSTLY_ALTER_IDS = 1000

const DETOUR_NOTE = 'dynamic ports are not supported yet; clients stay on this port'

/** In V2Ray 5's own form `users` is a list of bare ids. */
const listedUser: Shape<VmessUserConfig> = {
  blank: inboundUser.blank,
  read(place) {
    if (place.node.type !== 'string') return inboundUser.read(place)
    place.error(
      'must be an object with an id, found a string',
      'the V2Ray 5 form (jsonv5) is not supported yet',
    )
    return inboundUser.blank
  },
}

export const vmessInbound: Shape<VmessInboundSettings> = convert(
  object(
    {
      clients: optional(array(listedUser), [], 'users'),
      /** Only for users that a server makes for dynamic ports; not a default for `clients`. */
      default: maybe(object({ level: optional(wholeNumber(0, 255), 0), alterId: optional(uint16, 0) })),
      detour: ignored(DETOUR_NOTE),
      features: maybe(object({ detour: ignored(DETOUR_NOTE) })),
      disableInsecureEncryption: optional(flag, false),
      decryption: maybe(text),
      fallbacks: refused('fallbacks belong to vless and trojan'),
    },
    { elsewhere: { vnext: 'an outbound', streamSettings: 'the inbound', allocate: 'the inbound' } },
  ),
  { users: [], disableInsecureEncryption: false },
  (values, place) => {
    const list = place.child('clients') ?? place.child('users')
    if (list !== undefined) {
      checkUsers(values.clients, list.items())
      checkAlterIds(values.clients, list)
    }
    return { users: values.clients, disableInsecureEncryption: values.disableInsecureEncryption }
  },
)

/** Emails are unique in an inbound without regard to case; of several equal ids the last one counts. */
function checkUsers(users: readonly VmessUserConfig[], places: readonly Place[]): void {
  const emails = new Map<string, number>()
  const ids = new Map<string, number>()
  for (const [i, user] of users.entries()) {
    const place = places[i] as Place
    const email = user.email.toLowerCase()
    const sameEmail = emails.get(email)
    if (email !== '') emails.set(email, sameEmail ?? i)
    if (sameEmail !== undefined) {
      place
        .spot('email')
        .error(`${quote(user.email)} is the email of user ${sameEmail} too; case does not count`)
    }
    if (user.uuid === inboundUser.blank.uuid) continue
    const id = toHex(user.uuid)
    const sameId = ids.get(id)
    if (sameId !== undefined) {
      place.spot('id').warn(`the same id as user ${sameId}`, 'all its traffic counts as the last of them')
    }
    ids.set(id, i)
  }
}

function checkAlterIds(users: readonly VmessUserConfig[], place: Place): void {
  const sum = users.reduce((total, { alterId }) => total + alterId, 0)
  if (sum <= COSTLY_ALTER_IDS) return
  place.warn(
    `${sum} alter ids in all cost the server time and memory`,
    'set alterId to 0, which also switches to the better header; past 65535 ids the highest are not known',
  )
}
