/** `settings` of a freedom outbound (config §4.4). */
import { formatIp, parseIp } from '../address/ip.js'
import type { FreedomSettings } from './config.js'
import { quote, textThat, uint32, wholeNumber } from './scalars.js'
import { convert, ignored, maybe, object, optional, refused, type Shape } from './shape.js'

type Strategy = FreedomSettings['domainStrategy']

/** V2Ray's spellings; dashes and underscores are removed before the comparison. */
const STRATEGIES: ReadonlyMap<string, Strategy> = new Map([
  ['asis', 'AsIs'],
  ['', 'AsIs'],
  ['useip', 'UseIP'],
  ['useipv4', 'UseIPv4'],
  ['useip4', 'UseIPv4'],
  ['useipv6', 'UseIPv6'],
  ['useip6', 'UseIPv6'],
])
/** Xray's further words, which promise something that is not kept here. */
const XRAY_ONLY = /^(useipv?[46]v?[46]|forceip(v?[46]){0,2})$/
const REDIRECT = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/

const domainStrategy: Shape<Strategy> = textThat<Strategy>('AsIs', (found, place) => {
  const name = found.toLowerCase().replace(/[-_]/g, '')
  const strategy = STRATEGIES.get(name)
  if (strategy !== undefined) return strategy
  const supported = 'AsIs, UseIP, UseIPv4, UseIPv6'
  if (XRAY_ONLY.test(name))
    place.report('VM-E01', `${quote(found)} is not supported; supported: ${supported}`)
  else {
    const fix = place.replacedBy('"AsIs"')
    place.report('VM-V05', `${quote(found)} is not one of ${supported}; AsIs is used`, { fix })
  }
  return 'AsIs'
})

type Redirect = NonNullable<FreedomSettings['redirect']>

/** `host:port`. An empty host keeps the host, port 0 the port. */
const redirect: Shape<Redirect | undefined> = textThat<Redirect | undefined>(undefined, (found, place) => {
  if (found === '') return undefined
  const match = REDIRECT.exec(found)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) {
    place.report('VM-O05', `${quote(found)} is not host:port`, 'an empty host or port 0 keeps that part')
    return undefined
  }
  const host = match[1] ?? match[2] ?? ''
  const ip = parseIp(host)
  return { host: ip === undefined ? host : formatIp(ip), port }
})

/** 0 stands for none. */
const proxyProtocol: Shape<0 | 1 | 2> = convert(wholeNumber(0, 2), 0, (version) => version as 0 | 1 | 2)

export const freedomOutbound: Shape<FreedomSettings> = convert(
  object({
    domainStrategy: optional(domainStrategy, 'AsIs' as const, 'targetStrategy'),
    redirect: maybe(redirect),
    userLevel: optional(uint32, 0),
    timeout: ignored('use connIdle of a policy level instead'),
    fragment: refused('splitting of TLS hellos is not supported'),
    noises: refused('noise packets are not supported'),
    noise: refused('noise packets are not supported'),
    proxyProtocol: maybe(proxyProtocol),
    finalRules: refused('rules of an outbound are not supported yet'),
  }),
  { domainStrategy: 'AsIs', userLevel: 0 },
  (values) => {
    const { domainStrategy: strategy, userLevel, redirect: target, proxyProtocol: version = 0 } = values
    return {
      domainStrategy: strategy,
      userLevel,
      ...(target !== undefined && { redirect: target }),
      ...(version !== 0 && { proxyProtocol: version }),
    }
  },
)
