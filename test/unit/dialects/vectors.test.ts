/** The cases of `test/vectors/links`: its README says what they are. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatUuid } from '../../../src/account/uuid.js'
import { type LinkStyle, formatShareLink, readShareLink } from '../../../src/dialects/share-link.js'
import { type Fault, isFault } from '../../../src/faults/fault.js'

interface Case {
  readonly name: string
  readonly link?: string
  readonly payload?: string
}

interface Readable extends Case {
  readonly style?: LinkStyle
  /** Writing the profile again gives the same link. */
  readonly canonical?: boolean
  readonly expect: Readonly<Record<string, unknown>>
  readonly absent?: readonly string[]
  readonly extra?: Readonly<Record<string, unknown>>
  readonly notes?: number
}

interface Refused extends Case {
  readonly expect: string
  readonly why: string
}

function load<T>(file: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`../../vectors/links/${file}`, import.meta.url), 'utf8')) as T[]
}

function linkOf({ link, payload = '' }: Case): string {
  return link ?? `vmess://${Buffer.from(payload).toString('base64')}`
}

const READABLE = ['whole-links.json', 'v2rayn-quirks.json', 'url-quirks.json']

describe.each(READABLE)('%s', (file) => {
  it.each(load<Readable>(file))('$name', (vector) => {
    const { profile, style, notes } = readShareLink(linkOf(vector))
    expect({ ...profile, uuid: formatUuid(profile.uuid) }).toMatchObject(vector.expect)
    for (const field of vector.absent ?? []) expect(profile).not.toHaveProperty(field)
    if (vector.style !== undefined) expect(style).toBe(vector.style)
    if (vector.extra !== undefined) expect([...profile.extra]).toEqual(Object.entries(vector.extra))
    if (vector.canonical === true) expect(formatShareLink(profile, style)).toBe(linkOf(vector))
    expect(notes.length, notes.join('; ')).toBe(vector.notes ?? 0)
  })
})

function faultOf(link: string): Fault {
  try {
    readShareLink(link)
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  throw new Error('the link was read')
}

describe('refused.json', () => {
  it.each(load<Refused>('refused.json'))('$name', (vector) => {
    const fault = faultOf(linkOf(vector))
    expect(fault.code).toBe(vector.expect)
    expect(fault.why ?? '').toContain(vector.why)
    expect(fault.message).not.toContain('b3f1c2d4')
  })
})
