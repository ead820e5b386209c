/** `routing` (config §8): checked as V2Ray reads it, and refused where it asks for something. */
import { insertionInto } from './edits.js'
import type { Place } from './place.js'
import { addresses, domains, networks, ports } from './routing-values.js'
import { stringList, text, wordOr } from './scalars.js'
import { anything, array, beside, check, ignored, maybe, object, optional, type Shape } from './shape.js'

/** Of these one at least has to say something. */
const CONDITIONS = {
  domain: maybe(domains),
  domains: maybe(domains),
  ip: maybe(addresses),
  source: maybe(addresses),
  sourceIP: maybe(addresses),
  port: maybe(ports),
  sourcePort: maybe(ports),
  network: maybe(networks),
  user: maybe(stringList),
  inboundTag: maybe(stringList),
  protocol: maybe(stringList),
  attrs: maybe(anything),
  localPort: maybe(anything),
  localIP: maybe(anything),
  process: maybe(anything),
  vlessRoute: maybe(anything),
}

const rule = check(
  object(
    {
      type: maybe(text),
      ...CONDITIONS,
      outboundTag: maybe(text),
      balancerTag: maybe(text),
      domainMatcher: maybe(text),
      ruleTag: maybe(text),
      webhook: maybe(anything),
    },
    { renamed: { tag: 'outboundTag', outbound: 'outboundTag', inbound: 'inboundTag', domian: 'domain' } },
  ),
  (values, place) => {
    checkType(values.type, place)
    if (!values.outboundTag && !values.balancerTag) {
      place.spot('outboundTag').report('VM-R02', 'neither outboundTag nor balancerTag is given')
    }
    if (!Object.keys(CONDITIONS).some((key) => saysSomething(place.child(key)))) {
      place.report('VM-R05', 'this rule has no condition')
    }
    return values
  },
)

function checkType(type: string | undefined, place: Place): void {
  if (type?.toLowerCase() === 'field') return
  const at = place.child('type')
  const message = 'V2Ray refuses a rule without "type": "field"'
  if (at !== undefined) at.report('VM-R01', message, { fix: at.replacedBy('"field"') })
  else {
    const fix = () => [insertionInto(place.source.text, place.node, '"type": "field"')]
    place.spot('type').report('VM-R01', message, { fix })
  }
}

function saysSomething(place: Place | undefined): boolean {
  if (place === undefined) return false
  return place.node.type !== 'array' || place.items().length > 0
}

/** Rules send traffic elsewhere or stop it, so a file with rules cannot run without them. */
const NOT_ROUTED = 'routing rules are not supported yet; all traffic would take the first outbound'

const rules = beside('VM-E01', NOT_ROUTED)(array(rule))

const balancer = object({
  tag: maybe(text),
  selector: maybe(stringList),
  strategy: maybe(anything),
  fallbackTag: maybe(text),
})

const balancers: Shape<unknown> = check(array(balancer), (list, place) => {
  const places = place.items()
  for (const [i, { tag, selector }] of list.entries()) {
    const at = places[i]
    if (!tag) at?.spot('tag').report('VM-R10', 'a balancer needs a tag')
    if (!selector || selector.length === 0)
      at?.spot('selector').report('VM-R10', 'a balancer needs a selector')
  }
  return list
})

/** V2Ray also takes `-` and `_` between the words. */
const domainStrategy = wordOr(
  Object.fromEntries(
    ['AsIs', '', 'IPIfNonMatch', 'IP-If-Non-Match', 'ip_if_non_match', 'IPOnDemand', 'IP-On-Demand']
      .concat('ip_on_demand', 'AlwaysIP', 'Always-IP', 'always_ip', 'UseIP')
      .map((name) => [name, name]),
  ),
  'AsIs',
)

export const routing: Shape<unknown> = object(
  {
    domainStrategy: maybe(domainStrategy),
    rules: maybe(rules),
    settings: maybe(object({ domainStrategy: maybe(domainStrategy), rules: maybe(rules) })),
    balancers: maybe(beside('VM-E02', 'balancers have no effect without rules')(balancers)),
    strategy: optional(text, ''),
    domainMatcher: maybe(text),
    ruleOrder: ignored('rules are tried in the order of the file'),
  },
  { renamed: { rule: 'rules', balancer: 'balancers' } },
)
