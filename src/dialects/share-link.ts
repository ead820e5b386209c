/** Share links ↔ profiles: lenient in, strict out (share-formats §5, §13). */
import { Fault } from '../faults/fault.js'
import { decodeBase64Text } from './base64.js'
import { parseLenientObject } from './lenient-json.js'
import { DIALECT_TITLES } from './dialect-ids.js'
import { fitProfile, type ProfileLoss } from './fit-profile.js'
import { LinkFields } from './link-fields.js'
import { decodePercent } from './percent.js'
import type { Profile } from './profile.js'
import { recogniseDecoded, refuseDialect, refuseForeignText } from './recognise.js'
import { splitOnce } from './transport-values.js'
import { readUrlLink, type UrlParts } from './url-reader.js'
import { writeUrlLink } from './url-writer.js'
import { readV2raynFields } from './v2rayn-reader.js'
import { writeV2raynLink } from './v2rayn-writer.js'

/** Longest text that is looked at, in bytes of UTF-8. */
export const MAX_LINK_BYTES = 64 * 1024

export const LINK_STYLES = ['v2rayn', 'url'] as const
/** `v2rayn`: base64 of JSON, read by nearly every program. `url`: the newer standard, alterId 0 only. */
export type LinkStyle = (typeof LINK_STYLES)[number]

/** Links of profiles that fit (`fitProfile`). */
export const LINK_WRITERS: Readonly<Record<LinkStyle, (profile: Profile) => string>> = {
  v2rayn: writeV2raynLink,
  url: writeUrlLink,
}

export function isLinkStyle(dialect: string): dialect is LinkStyle {
  return LINK_STYLES.some((style) => style === dialect)
}

export interface WrittenLink {
  readonly link: string
  /** What the form has no place for; the connection works without it. */
  readonly losses: readonly ProfileLoss[]
}

export interface ShareLinkReading {
  readonly profile: Profile
  readonly style: LinkStyle
  /** What was odd about the link, and what was made of it. Safe to show. */
  readonly notes: readonly string[]
}

/** Quotes in brackets in quotes: nobody copies more along. */
const MAX_WRAPPINGS = 4
const SCHEME = /^vmess:\/\//i
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
const PUNCTUATION = /[,;，；。、]/
/** The v2fly draft: `ws+tls:id-0@host:port`. */
const V2FLY_USER = /^(tcp|http|ws|kcp|quic|grpc)(\+tls)?:/i

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
  if (!SCHEME.test(link)) {
    if (/^vmess1:\/\//i.test(link)) throw refuseDialect('the Kitsunebi form')
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

function splitLink(rest: string): UrlParts {
  const [beforeName, fragment = ''] = splitOnce(rest, '#')
  const [authority, query = ''] = splitOnce(beforeName, '?')
  return { authority: authority.trim(), query, fragment }
}

function readUrlForm(parts: UrlParts): ShareLinkReading {
  if (V2FLY_USER.test(parts.authority)) throw refuseDialect('the v2fly draft form')
  return { style: 'url', ...readUrlLink(parts) }
}

function readBase64Form({ authority, query, fragment }: UrlParts): ShareLinkReading {
  const decoded = decodeBase64Text(authority) ?? decodeBase64Text(authority.replace(/\/$/, ''))
  if (decoded === undefined) throw new Fault('LINK_ENCODING', { why: 'it is no base64 of UTF-8 text' })
  const foreign = recogniseDecoded(decoded)
  if (foreign !== undefined) throw foreign
  const entries = parseLenientObject(decoded.trim())
  if (entries === undefined) throw new Fault('LINK_ENCODING', { why: 'the decoded text is no JSON object' })
  if (['vnext', 'outbounds', 'protocol'].some((key) => entries.has(key))) {
    throw refuseDialect('a whole V2Ray configuration in base64', 'decode it and give the file with -c FILE')
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
