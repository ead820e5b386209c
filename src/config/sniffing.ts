/** `sniffing` and the older `domainOverride` of an inbound (config §3.4). */
import { flag, quote, stringList } from './scalars.js'
import { beside, check, maybe, object, type Shape } from './shape.js'

const OLD_NAMES: readonly string[] = ['http', 'tls', 'https', 'ssl']
const NEW_NAMES: readonly string[] = ['quic', 'fakedns', 'fakedns+others']

const NOT_SNIFFED = 'sniffing is not supported yet; destinations are used as they were asked for'

const protocols = check(stringList, (words, place) => {
  const places = place.items()
  for (const [i, word] of words.entries()) {
    const name = word.toLowerCase()
    const at = places[i] ?? place
    if (NEW_NAMES.includes(name)) at.report('VM-I02', `V2Ray 4.34 does not know ${quote(word)}`)
    else if (!OLD_NAMES.includes(name)) at.report('VM-I01', `${quote(word)} cannot be sniffed for`)
  }
  return words
})

const fields = object({
  enabled: maybe(flag),
  destOverride: maybe(protocols),
  metadataOnly: maybe(flag),
  domainsExcluded: maybe(stringList),
  ipsExcluded: maybe(stringList),
  routeOnly: maybe(flag),
})

export const sniffing: Shape<undefined> = beside('VM-E02', NOT_SNIFFED)(fields)
export const domainOverride: Shape<undefined> = beside('VM-E02', NOT_SNIFFED)(protocols)
