/** `settings` of a dokodemo-door inbound: a fixed target (config §3.8). */
import { dialPort, host } from './address.js'
import type { DokodemoSettings } from './config.js'
import type { Place } from './place.js'
import { flag, quote, stringList, uint32 } from './scalars.js'
import { beside, convert, ignored, maybe, object, optional, refused, type Shape } from './shape.js'

type Network = DokodemoSettings['networks'][number]

/** V2Ray listens on nothing when a word is unknown; that is refused here. */
const networks: Shape<readonly Network[]> = convert(stringList, ['tcp'], (words, place) => {
  const found = words.map((entry) => entry.trim().toLowerCase())
  const places = place.items()
  for (const [i, entry] of found.entries()) {
    if (!isNetwork(entry)) (places[i] ?? place).report('VM-P10', `${quote(entry)} is not one of tcp, udp`)
  }
  if (found.length === 0 && place.node.type === 'array') {
    place.report('VM-P11', 'must name tcp, udp or both')
  }
  return [...new Set(found.filter(isNetwork))]
})

function isNetwork(found: string): found is Network {
  return found === 'tcp' || found === 'udp'
}

const followRedirect = beside(
  'VM-E01',
  'transparent proxying is not supported yet; give an address and a port',
)(flag)

export const dokodemoInbound: Shape<DokodemoSettings> = convert(
  object({
    address: maybe(host, 'rewriteAddress'),
    port: maybe(dialPort, 'rewritePort'),
    network: optional(networks, ['tcp' as const], 'allowedNetwork'),
    followRedirect: maybe(followRedirect),
    portMap: refused('port maps are not supported'),
    userLevel: optional(uint32, 0),
    timeout: ignored('use connIdle of a policy level instead'),
  }),
  { address: '', port: 1, networks: ['tcp'], userLevel: 0 },
  ({ address = '', port = 1, network, userLevel }, place) => {
    requireTarget(place)
    return { address, port, networks: network, userLevel }
  },
)

/** The kernel knows the target of a redirected connection; nobody knows that of others. */
function requireTarget(place: Place): void {
  if (place.child('followRedirect')?.value === true) return
  for (const [key, alias] of [
    ['address', 'rewriteAddress'],
    ['port', 'rewritePort'],
  ] as const) {
    const found = place.child(key) ?? place.child(alias)
    if (found === undefined) place.spot(key).report('VM-P09', `${key} is missing`)
  }
}
