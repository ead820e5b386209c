/** What a text is that was given for a vmess link (share-formats §5). */
import { Fault } from '../faults/fault.js'
import { decodeBase64Text } from './base64.js'
import { displayText } from './display-text.js'

/** What the text looks like, for a `LINK_SCHEME` fault. Quotes a scheme at most: other text may be secret. */
export function refuseForeignText(text: string): Fault {
  const [why, hint] = describe(text.trim())
  return new Fault('LINK_SCHEME', { why, ...(hint === undefined ? {} : { hint }) })
}

function describe(text: string): [string, string?] {
  if (text === '') return ['the text is empty']
  if (text.startsWith('<'))
    return ['it is a web page (HTML)', 'copy the link itself; a panel may show a login page']
  if (/^[{[]/.test(text)) return ['it is JSON', 'give a V2Ray configuration with -c FILE']
  const scheme = /^([a-z][a-z0-9+.-]{0,20}):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === 'http' || scheme === 'https')
    return ['it is a web address', 'a subscription is not a single link']
  if (scheme !== undefined) return [`it is a ${displayText(scheme)} link`]
  if (/=\s*vmess\s*,/i.test(text)) return ['it is a line of a Surge, Loon or Quantumult profile']
  if (/^(proxies|port|mixed-port|proxy-groups)\s*:/m.test(text)) return ['it is a Clash configuration (YAML)']
  if (/^[A-Za-z][\w-]*:(\s|$)/.test(text)) return ['it is YAML']
  if (decodeBase64Text(text)?.includes('://') === true) {
    return ['it is the body of a subscription (base64 of links)', 'give one of its links']
  }
  return ['there is no vmess:// in it']
}

/** The same for a text in which no node was found. */
export function refuseForeignSource(text: string): Fault {
  const [why, hint] = beginsJson(text) ? ['it is JSON without a VMess node'] : describe(text.trim())
  return new Fault('LINK_SOURCE', { why, ...(hint === undefined ? {} : { hint }) })
}

/** A line such as `Demo = vmess, …` or `vmess=…`. */
const APP_LINE = /^[ \t]*(?:[^\n=]{1,200}=\s*vmess\s*,|vmess\s*=)/im

function hasAppLine(text: string): boolean {
  return APP_LINE.test(text)
}

/** What base64 consists of, wrapped or not. */
const BASE64_BODY = /^[A-Za-z0-9+/_=\s-]+$/

/** Keys at the left edge that only files of Clash begin lines with. */
const CLASH_KEY = /^(?:proxies|Proxy)[ \t]*:|^-[ \t]*(?:\{[ \t]*)?["']?(?:name|type|server)["']?[ \t]*:/m
/** A bracket that was copied along with a link opens no JSON. */
const JSON_VALUE = /^(?:\{|\[\s*(?:[{"[\]]|\/))/

/** Whether a text begins with JSON, perhaps behind comments. Without one expression for all: texts are long. */
function beginsJson(text: string): boolean {
  for (let at = 0; at < text.length; ) {
    at = skipSpace(text, at)
    if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2)
      at = end < 0 ? text.length : end + 2
    } else if (text.startsWith('//', at) || text.startsWith('#', at)) {
      const end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end + 1
    } else return JSON_VALUE.test(text.slice(at, at + 64))
  }
  return false
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text.charAt(at))) at++
  return at
}

/** What a text is by its content (share-formats §6.1). Throws `LINK_SOURCE` for text that is none of it. */
export function recogniseFormat(text: string): 'links' | 'subscription' | 'json' | 'yaml' {
  const start = text.trimStart().slice(0, 1)
  const hasLink = /vmess1?:\/\//i.test(text)
  if (start === '' || (start === '<' && !hasLink)) throw refuseForeignSource(text)
  if (beginsJson(text)) return 'json'
  if (CLASH_KEY.test(text)) return 'yaml'
  if (text.includes('://') || hasAppLine(text)) return 'links'
  if (BASE64_BODY.test(text) && decodeBase64Text(text) !== undefined) return 'subscription'
  throw refuseForeignSource(text)
}

/** What stands behind `vmess://` and is no single link. */
export function refuseDialect(name: string): Fault {
  return new Fault('LINK_DIALECT', { why: `it is ${name}` })
}
