/** Tags that are named somewhere, and what they have to lead to (config §6, §8). */
import type { Place } from '../place.js'
import { quote } from '../scalars.js'
import { clientsOf, type FileView, objects, type Part, rulesOf, textOf, textsOf, word } from './view.js'

export function inspectReferences(view: FileView): void {
  inspectRules(view)
  inspectBalancers(view)
  const outbounds = new Set(view.outbounds.map(({ tag }) => tag))
  for (const { place } of view.outbounds) inspectProxy(place, outbounds)
  // Of two inbounds with one tag the last one is meant.
  const inbounds = new Map(view.inbounds.map((inbound) => [inbound.tag, inbound]))
  for (const inbound of view.inbounds) {
    inspectDetour(inbound, inbounds)
    inspectDefaults(inbound)
  }
  const [first] = view.outbounds
  if (first !== undefined && ['blackhole', 'block'].includes(first.protocol)) {
    first.place.report('VM-G03', 'whatever no rule decides is dropped')
  }
}

function balancersOf({ section }: FileView): readonly Place[] {
  return objects(section('routing')?.child('balancers')?.items())
}

function inspectRules(view: FileView): void {
  const outbounds = new Set(view.outbounds.map(({ tag }) => tag))
  const inbounds = new Set(view.inbounds.map(({ tag }) => tag))
  const api = textOf(view.section('api'), 'tag')
  const dns = textOf(view.section('dns'), 'tag')
  const reverse = reverseTags(view)
  const balancers = new Set(balancersOf(view).map((place) => textOf(place, 'tag')))
  const sniffs = view.inbounds.some(({ place }) => place.child('sniffing')?.child('enabled')?.value === true)
  for (const rule of rulesOf(view)) {
    const outbound = textOf(rule, 'outboundTag')
    const known = outbounds.has(outbound) || outbound === api || reverse.has(outbound)
    if (outbound !== '' && !known) {
      rule.spot('outboundTag').report('VM-R03', `no outbound has the tag ${quote(outbound)}`)
    }
    const balancer = textOf(rule, 'balancerTag')
    if (outbound === '' && balancer !== '' && !balancers.has(balancer)) {
      rule.spot('balancerTag').report('VM-R04', `no balancer has the tag ${quote(balancer)}`)
    }
    for (const { text, at } of textsOf(rule, 'inboundTag')) {
      if (inbounds.has(text) || text === api || text === dns || reverse.has(text)) continue
      at.report('VM-R12', `no inbound has the tag ${quote(text)}`)
    }
    const protocol = textsOf(rule, 'protocol')[0]
    if (protocol !== undefined && !sniffs) protocol.at.report('VM-R13', 'sniffing is not enabled anywhere')
  }
}

/** Bridges count as inbounds, portals as outbounds. */
function reverseTags({ section }: FileView): ReadonlySet<string> {
  const reverse = section('reverse')
  const ends = [...(reverse?.child('bridges')?.items() ?? []), ...(reverse?.child('portals')?.items() ?? [])]
  return new Set(objects(ends).map((place) => textOf(place, 'tag')))
}

function inspectBalancers(view: FileView): void {
  for (const balancer of balancersOf(view)) {
    const selectors = textsOf(balancer, 'selector')
    const isSelected = ({ tag }: Part): boolean => selectors.some(({ text }) => tag.startsWith(text))
    if (selectors.length > 0 && !view.outbounds.some(isSelected)) {
      balancer.spot('selector').report('VM-R11', 'no outbound has a tag that begins so')
    }
  }
}

function inspectProxy(outbound: Place, tags: ReadonlySet<string>): void {
  const proxy = outbound.child('proxySettings')
  const tag = textOf(proxy, 'tag')
  if (proxy === undefined || tag === '' || tags.has(tag)) return
  proxy.spot('tag').report('VM-G04', `no outbound has the tag ${quote(tag)}`)
}

function inspectDetour(inbound: Part, inbounds: ReadonlyMap<string, Part>): void {
  const detour = inbound.settings?.child('detour') ?? inbound.settings?.child('features')?.child('detour')
  if (detour === undefined || inbound.protocol !== 'vmess') return
  const tag = textOf(detour, 'to')
  const target = tag === '' ? undefined : inbounds.get(tag)
  const at = detour.spot('to')
  if (target === undefined) at.report('VM-D05', `no inbound has the tag ${quote(tag)}`)
  else if (target.protocol !== 'vmess') at.report('VM-D05', 'this inbound is not vmess')
  else {
    if (!sameStream(inbound, target)) {
      at.report('VM-D06', `${target.place.path} has other streamSettings than ${inbound.place.path}`)
    }
    const strict = target.settings?.child('disableInsecureEncryption')
    if (strict?.value === true) strict.report('VM-D07', 'every connection that switches here is refused')
  }
}

function sameStream(a: Part, b: Part): boolean {
  const plain = (part: Part) => JSON.stringify(sorted(part.stream?.value ?? {}))
  return a.network === b.network && a.security === b.security && plain(a) === plain(b)
}

/** Keys in one order, so that the order of the file does not count. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key.toLowerCase(), sorted(inner)] as const)
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function inspectDefaults(inbound: Part): void {
  const given = inbound.settings?.child('default')?.child('alterId')
  if (given === undefined || given.value === 0 || word(inbound.place, 'protocol') !== 'vmess') return
  const without = clientsOf(inbound).find((client) => client.child('alterId') === undefined)
  if (without === undefined) return
  given.report('VM-A04', `${without.path} has no alterId and therefore 0, not this`)
}
