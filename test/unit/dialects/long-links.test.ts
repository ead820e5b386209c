import { describe, expect, it } from 'vitest'
import { decodeBase64 } from '../../../src/dialects/base64.js'
import { MAX_LINK_BYTES, readShareLink } from '../../../src/dialects/share-link.js'
import { parseLenientObject } from '../../../src/dialects/lenient-json.js'
import { faultOf } from '../../support/fault-of.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
/** What looks at each character once takes a few milliseconds; what backtracks takes seconds. */
const SOON_MS = 400

/** `unit` over and over, as much as leaves room for the rest of a link. */
function filler(unit: string, bytes = MAX_LINK_BYTES - 200): string {
  return unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)))
}

/** A link whose JSON is nearly as long as a link may be. */
function jsonLink(make: (bytes: number) => string): string {
  return `vmess://${Buffer.from(make(48_000)).toString('base64')}`
}

const HOSTILE: readonly [string, string, string][] = [
  ['spaces', `vmess://a${filler(' ')}b`, 'LINK_ENCODING'],
  ['zero-width spaces', `vmess://a${filler('\u200B')}!`, 'LINK_ENCODING'],
  ['commas', `vmess://a${filler(',')}b`, 'LINK_ENCODING'],
  ['equals signs', `vmess://${filler('=')}A`, 'LINK_ENCODING'],
  ['at signs and colons', `vmess://${filler('@')}:1:1`, 'LINK_FIELD'],
  ['brackets behind at signs', `vmess://${filler('@[')}`, 'LINK_FIELD'],
  ['colons', `vmess://${ID}@${filler(':1')}`, 'LINK_FIELD'],
  ['equals signs without a scheme', `${filler('= ')}x`, 'LINK_SCHEME'],
  ['escaped quotes', jsonLink((bytes) => `{${filler('\\"', bytes)}`), 'LINK_ENCODING'],
  ['escaped single quotes', jsonLink((bytes) => `{${filler("\\'", bytes)}`), 'LINK_ENCODING'],
  ['quotes of both kinds', jsonLink((bytes) => `{${filler(`\\"\\'`, bytes)}`), 'LINK_ENCODING'],
  ['backslashes', jsonLink((bytes) => `{"${filler('\\', bytes)}`), 'LINK_ENCODING'],
  ['opening comments', jsonLink((bytes) => `{${filler('/*', bytes)}`), 'LINK_ENCODING'],
]

describe('a link of 64 KiB', () => {
  it.each(HOSTILE)('full of %s is refused in a moment', (_name, link, code) => {
    expect(Buffer.byteLength(link)).toBeGreaterThan(MAX_LINK_BYTES - 2000)
    expect(Buffer.byteLength(link)).toBeLessThanOrEqual(MAX_LINK_BYTES)
    const started = performance.now()
    expect(faultOf(() => readShareLink(link)).code).toBe(code)
    expect(performance.now() - started).toBeLessThan(SOON_MS)
  })

  it('whose host header never ends is read in a moment', () => {
    const host = `{${filler('"host":""', 30_000)}`
    const text = JSON.stringify({ v: '2', add: 'a.example', port: 1, id: ID, net: 'ws', host })
    const started = performance.now()
    const { profile } = readShareLink(`vmess://${Buffer.from(text).toString('base64')}`)
    expect(profile.transport).toMatchObject({ network: 'ws', host })
    expect(performance.now() - started).toBeLessThan(SOON_MS)
  })
})

describe('what is trimmed by hand', () => {
  it('is padding at the end only', () => {
    expect(decodeBase64('YQ=====')).toEqual(Uint8Array.of(0x61))
    expect(decodeBase64('Y=Q=')).toBeUndefined()
    expect(decodeBase64('====')).toBeUndefined()
  })

  it('is white space, wrapping and punctuation', () => {
    const link = `vmess://${ID}@a.example:1`
    expect(readShareLink(`\u200B \n“ ${link} ”\uFEFF`).profile.server).toBe('a.example')
    expect(readShareLink(`${link}。,;`).profile.port).toBe(1)
  })

  it('leaves a string open that nobody closes', () => {
    expect(parseLenientObject(`{'a': 'it\\'s'}`)).toEqual(new Map([['a', "it's"]]))
    expect(parseLenientObject(`{'a': 'b}`)).toBeUndefined()
    expect(parseLenientObject(`{"a": "b}`)).toBeUndefined()
  })
})
