/** Share links ↔ profiles: lenient in, strict out (share-formats §5, §13). */
import { Fault } from '../faults/fault.js'
import { isAppLine } from './app-line.js'
import { decodeBase64Text } from './base64.js'
import { readKitsunebiLink, writeKitsunebiLink } from './kitsunebi-link.js'
import { parseLenientObject } from './lenient-json.js'
import { DIALECT_TITLES } from './dialect-ids.js'
import { fitProfile, type ProfileLoss } from './fit-profile.js'
import { LinkFields } from './link-fields.js'
import { type LinkForm, type LinkReading, splitLink, type UrlParts } from './link-parts.js'
import { decodePercent } from './percent.js'
import type { Profile } from './profile.js'
import { readQuantumultLink, writeQuantumultLink } from './quantumult-link.js'
import { refuseDialect, refuseForeignText } from './recognise.js'
import { CIPHER_ID_HOST, readShadowrocketLink, writeShadowrocketLink } from './shadowrocket-link.js'
import { readUrlLink } from './url-reader.js'
import { writeUrlLink } from './url-writer.js'
import { readV2flyLink, V2FLY_USER, writeV2flyLink } from './v2fly-link.js'
import { readV2raynFields } from './v2rayn-reader.js'
import { writeV2raynLink } from './v2rayn-writer.js'
import { readV2rayuLink, V2RAYU_QUERY, writeV2rayuLink } from './v2rayu-link.js'

/** Longest text that is looked at, in bytes of UTF-8. */
export const MAX_LINK_BYTES = 64 * 1024

export const LINK_STYLES = [
  'v2rayn',
  'url',
  'kitsunebi',
  'v2rayu',
  'v2fly',
  'shadowrocket',
  'quantumult',
] as const satisfies readonly LinkForm[]
/**
 * `v2rayn`: base64 of JSON, read by nearly every program. `url`: the newer standard, alterId 0 only. The
 * others are forms of single programs.
 */
export type LinkStyle = LinkForm

/** Links of profiles that fit (`fitProfile`). */
export const LINK_WRITERS: Readonly<Record<LinkStyle, (profile: Profile) => string>> = {
  v2rayn: writeV2raynLink,
  url: writeUrlLink,
  kitsunebi: writeKitsunebiLink,
  v2rayu: writeV2rayuLink,
  v2fly: writeV2flyLink,
  shadowrocket: writeShadowrocketLink,
  quantumult: writeQuantumultLink,
}

export function isLinkStyle(dialect: string): dialect is LinkStyle {
  return LINK_STYLES.some((style) => style === dialect)
}

export interface WrittenLink {
  readonly link: string
  /** What the form has no place for; the connection works without it. */
  readonly losses: readonly ProfileLoss[]
}

/** The profile of a link, its form, and what was odd about it (safe to show). */
export type ShareLinkReading = LinkReading

/** Quotes in brackets in quotes: nobody copies more along. */
const MAX_WRAPPINGS = 4
const SCHEME = /^vmess:\/\//i
const KITSUNEBI = /^vmess1:\/\//i
const BRACKETS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '<': '>',
  '(': ')',
  '[': ']',
  '“': '”',
  '‘': '’',
  '（': '）',
  '【': '】',
  '「': '」',
}
/** White space and zero-width characters; one of them. */
const EDGE = /[\s\u200B-\u200D\u2060\uFEFF]/
/** Links of any scheme in base64. */
const LIST_INSIDE = /^[a-z0-9]+:\/\//i
const PUNCTUATION = /[,;，；。、]/

/** The profile of one link. Throws `LINK_*`. */
export function parseShareLink(text: string): Profile {
  return readShareLink(text).profile
}

/** The profile of one link, with the form it was in and remarks. Throws `LINK_*`. */
export function readShareLink(text: string): ShareLinkReading {
  if (Buffer.byteLength(text) > MAX_LINK_BYTES) {
    throw new Fault('LINK_TOO_LONG', { why: `more than ${MAX_LINK_BYTES} bytes` })
  }
  const link = stripWrapping(text)
  if (KITSUNEBI.test(link)) return readKitsunebiLink(splitLink(link.replace(KITSUNEBI, '')))
  if (!SCHEME.test(link)) {
    // Without a scheme the brackets were no wrapping: they may be those of HTML or JSON.
    throw refuseForeignText(/^[a-z][a-z0-9+.-]*:\/\//i.test(link) ? link : text)
  }
  if (/\svmess:\/\//i.test(link)) throw new Fault('LINK_SEVERAL')
  const parts = splitLink(link.replace(SCHEME, ''))
  return parts.authority.includes('@') ? readUrlForm(parts) : readBase64Form(parts)
}

/** The link of a profile in one form. Throws `LINK_LOSS`, or `LINK_FIELD` for a profile that is not whole. */
export function formatShareLink(profile: Profile, style: LinkStyle): string {
  return writeShareLink(profile, style).link
}

/** The link of a profile, and what the form has no place for. Throws as `formatShareLink` does. */
export function writeShareLink(profile: Profile, style: LinkStyle): WrittenLink {
  const { profile: fitted, losses } = fitProfile(profile, style)
  const broken = losses.filter(({ breaks }) => breaks)
  if (fitted !== undefined && broken.length === 0) return { link: LINK_WRITERS[style](fitted), losses }
  const fields = broken.map(({ title }) => title).join(', ')
  throw new Fault('LINK_LOSS', { why: `the ${DIALECT_TITLES[style]} has no place for: ${fields}` })
}

function readUrlForm(parts: UrlParts): LinkReading {
  return V2FLY_USER.test(parts.authority) ? readV2flyLink(parts) : readUrlLink(parts)
}

/** What the base64 stands for decides (share-formats §5). */
function readBase64Form(parts: UrlParts): LinkReading {
  const { authority, query } = parts
  const decoded = decodeBase64Text(authority) ?? decodeBase64Text(authority.replace(/\/$/, ''))
  if (decoded === undefined) throw new Fault('LINK_ENCODING', { why: 'it is no base64 of UTF-8 text' })
  const text = decoded.replace(/^\uFEFF/, '').trim()
  if (isAppLine(text)) return readQuantumultLink(text)
  if (CIPHER_ID_HOST.test(text)) {
    return V2RAYU_QUERY.test(query) && !/(?:^|&)obfs=/i.test(query)
      ? readV2rayuLink(text, parts)
      : readShadowrocketLink(text, parts)
  }
  if (LIST_INSIDE.test(text)) throw refuseDialect('a list of links behind one vmess://')
  return readV2raynForm(text, parts)
}

function readV2raynForm(text: string, { query, fragment }: UrlParts): LinkReading {
  const entries = parseLenientObject(text)
  if (entries === undefined) throw new Fault('LINK_ENCODING', { why: 'the decoded text is no JSON object' })
  if (['vnext', 'outbounds', 'protocol'].some((key) => entries.has(key))) {
    throw refuseDialect('a whole V2Ray configuration in base64')
  }
  const fields = new LinkFields(entries)
  const remarks = /(?:^|&)remarks?=([^&]*)/i.exec(query)?.[1] ?? ''
  const profile = readV2raynFields(fields, decodePercent(fragment || remarks).trim())
  return { style: 'v2rayn', profile, notes: fields.notes }
}

/** White space, quotes and brackets that were copied along, and punctuation behind a link without a name. */
function stripWrapping(text: string): string {
  let link = trimEdges(text)
  for (let layer = 0; layer < MAX_WRAPPINGS; layer++) {
    const closing = BRACKETS[link[0] ?? '']
    if (closing === undefined || link.length < 2 || !link.endsWith(closing)) break
    link = trimEdges(link.slice(1, -1))
  }
  return link.includes('#') ? link : trimEnd(link, PUNCTUATION)
}

function trimEdges(text: string): string {
  let from = 0
  while (from < text.length && EDGE.test(text.charAt(from))) from++
  return trimEnd(text.slice(from), EDGE)
}

/** Without the characters at the end that a pattern for one character matches. */
function trimEnd(text: string, pattern: RegExp): string {
  let end = text.length
  while (end > 0 && pattern.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}
