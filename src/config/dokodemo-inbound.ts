/** `settings` of a dokodemo-door inbound: a fixed target (config §3.8). */
import { dialPort, host } from './address.js'
import type { DokodemoSettings } from './config.js'
import { quote, stringList, uint32 } from './scalars.js'
import { convert, ignored, object, optional, refused, required, type Shape } from './shape.js'

type Network = DokodemoSettings['networks'][number]

/** V2Ray listens on nothing when a word is unknown; that is refused here. */
const networks: Shape<readonly Network[]> = convert(stringList, ['tcp'], (words, place) => {
  const found = words.map((entry) => entry.trim().toLowerCase())
  const places = place.items()
  for (const [i, entry] of found.entries()) {
    if (!isNetwork(entry)) (places[i] ?? place).error(`${quote(entry)} is not one of tcp, udp`)
  }
  if (found.length === 0 && place.node.type === 'array') place.error('must name tcp, udp or both')
  return [...new Set(found.filter(isNetwork))]
})

function isNetwork(found: string): found is Network {
  return found === 'tcp' || found === 'udp'
}

export const dokodemoInbound: Shape<DokodemoSettings> = convert(
  object({
    address: required(host, 'rewriteAddress'),
    port: required(dialPort, 'rewritePort'),
    network: optional(networks, ['tcp' as const], 'allowedNetwork'),
    followRedirect: refused('transparent proxying is not supported yet; give an address and a port'),
    portMap: refused('port maps are not supported'),
    userLevel: optional(uint32, 0),
    timeout: ignored('use connIdle of a policy level instead'),
  }),
  { address: '', port: 1, networks: ['tcp'], userLevel: 0 },
  ({ address, port, network, userLevel }) => ({ address, port, networks: network, userLevel }),
)
