/** `settings` of a vmess inbound (config §3.5). */
import { toHex } from '../bytes/bytes.js'
import type { VmessInboundSettings, VmessUserConfig } from './config.js'
import type { Place } from './place.js'
import { flag, quote, text, uint16, wholeNumber } from './scalars.js'
import { array, beside, convert, maybe, object, optional, refused, ruled, type Shape } from './shape.js'
import { inboundUser } from './user.js'

/** Alter ids of all users together; each is signed for anew in every second. */
const COSTLY_ALTER_IDS = 1000

const COSTLY_ALTER_ID = 256
const COST_HINT =
  'set alterId to 0, which also switches to the better header; past 65535 ids the highest are not known'

const DETOUR_NOTE = 'dynamic ports are not supported yet; clients stay on this port'

const detour = beside('VM-E02', DETOUR_NOTE)(object({ to: maybe(text) }))

/** In V2Ray 5's own form `users` is a list of bare ids. */
const listedUser: Shape<VmessUserConfig> = {
  blank: inboundUser.blank,
  read(place) {
    if (place.node.type !== 'string') return inboundUser.read(place)
    place.report(
      'VM-U12',
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
      default: maybe(
        object({ level: optional(wholeNumber(0, 255), 0), alterId: optional(ruled('VM-A01', uint16), 0) }),
      ),
      detour: maybe(detour),
      features: maybe(object({ detour: maybe(detour) })),
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
        .report('VM-U06', `${quote(user.email)} is the email of user ${sameEmail} too; case does not count`)
    }
    if (user.uuid === inboundUser.blank.uuid) continue
    const id = toHex(user.uuid)
    const sameId = ids.get(id)
    if (sameId !== undefined) {
      place
        .spot('id')
        .report('VM-U05', `the same id as user ${sameId}`, 'all its traffic counts as the last of them')
    }
    ids.set(id, i)
  }
}

function checkAlterIds(users: readonly VmessUserConfig[], place: Place): void {
  const sum = users.reduce((total, { alterId }) => total + alterId, 0)
  const places = place.items()
  for (const [i, { alterId }] of users.entries()) {
    const at = alterId > COSTLY_ALTER_ID ? places[i]?.child('alterId') : undefined
    at?.report('VM-A02', `${alterId} alter ids cost the server time and memory`, COST_HINT)
    if (at !== undefined) return
  }
  if (sum <= COSTLY_ALTER_IDS) return
  place.report('VM-A02', `${sum} alter ids in all cost the server time and memory`, COST_HINT)
}
