import { describe, expect, it } from 'vitest'
import { decodeBase64, decodeBase64Text } from '../../../src/dialects/base64.js'
import { cleanName, displayText } from '../../../src/dialects/display-text.js'
import { parseLenientObject } from '../../../src/dialects/lenient-json.js'
import { MAX_LINK_BYTES, parseShareLink, readShareLink } from '../../../src/dialects/share-link.js'
import { asFault } from '../../../src/faults/fault.js'

const JSON_TEXT =
  '{"add":"a.example.com","port":1,"id":"b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d","ps":"~~~???>>>"}'
const BASE64 = Buffer.from(JSON_TEXT).toString('base64')

describe('base64 in links', () => {
  it.each([
    ['padded', BASE64],
    ['without padding', BASE64.replace(/=+$/, '')],
    ['of the URL alphabet', BASE64.replaceAll('+', '-').replaceAll('/', '_')],
    ['percent-encoded', encodeURIComponent(BASE64)],
    ['wrapped', BASE64.replace(/(.{20})/g, '$1\r\n')],
    ['with a trailing slash', `${BASE64}/`],
    ['with a fragment', `${BASE64}#named%20twice`],
    ['in brackets and with a comma', `${BASE64},`],
  ])('is read %s', (_, text) => {
    expect(parseShareLink(`vmess://${text}`)).toMatchObject({ server: 'a.example.com', name: '~~~???>>>' })
  })

  it('takes the name of the fragment or the query when the JSON has none', () => {
    const text = Buffer.from(JSON_TEXT.replace('"ps"', '"x"')).toString('base64')
    expect(parseShareLink(`vmess://${text}#a%20b`).name).toBe('a b')
    expect(parseShareLink(`vmess://${text}?remarks=a%20b`).name).toBe('a b')
  })

  it('is nothing else', () => {
    for (const text of ['', 'a', 'ab!d', 'a=b', '=']) expect(decodeBase64(text)).toBeUndefined()
    expect(decodeBase64Text('/////w==')).toBeUndefined()
  })
})

it('remarks on a link up to a limit', () => {
  const twice = Array.from({ length: 200 }, (_, i) => `&x${i}=1&X-${i}=2`).join('')
  const { notes } = readShareLink(
    `vmess://b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d@a.example.com:1?type=tcp${twice}`,
  )
  expect(notes).toHaveLength(51)
  expect(notes.at(-1)).toBe('more remarks were left out')
})

describe('size', () => {
  it('is refused above 64 KiB with LINK_TOO_LONG', () => {
    const codeOf = (text: string): string => {
      try {
        readShareLink(text)
      } catch (error) {
        return asFault(error).code
      }
      return 'read'
    }
    const link = `vmess://${BASE64}#`
    expect(codeOf(link + 'x'.repeat(MAX_LINK_BYTES - link.length))).toBe('read')
    expect(codeOf(link + 'x'.repeat(MAX_LINK_BYTES - link.length + 1))).toBe('LINK_TOO_LONG')
  })
})

describe('keys that name prototypes', () => {
  it('are fields like any other', () => {
    const text = Buffer.from(
      `${JSON_TEXT.slice(0, -1)},"__proto__":{"polluted":1},"constructor":2}`,
    ).toString('base64')
    const { extra } = parseShareLink(`vmess://${text}`)
    expect([...extra.keys()]).toEqual(['__proto__', 'constructor'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('notes', () => {
  it('name what was odd, without the id', () => {
    const text = Buffer.from(JSON_TEXT.replace('"port":1', '"port":443,"scy":"rc4"')).toString('base64')
    expect(readShareLink(`vmess://${text}`).notes).toEqual([
      'the cipher "rc4" is not known; auto is used',
      'port 443 without TLS',
    ])
  })
})

describe('parseLenientObject', () => {
  it.each([
    ['{"a":1,}', { a: 1 }],
    ["{'a':'b\"c'}", { a: 'b"c' }],
    ['{"a":"b\nc"} ', { a: 'bc' }],
    ['{/* x */"a":[1,{"b":null}]}', { a: [1, { b: null }] }],
  ])('reads %j', (text, expected) => {
    expect(Object.fromEntries(parseLenientObject(text) ?? [])).toEqual(expected)
  })

  it.each(['', '[]', '1', '{', '{"a"}', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`])('refuses %j', (text) => {
    expect(parseLenientObject(text)).toBeUndefined()
  })
})

describe('displayText', () => {
  it('shows nothing that moves the cursor, changes colours or reorders text', () => {
    expect(displayText('a\u001b[2Jb\u0007\r\n\u009bc\u202ed\u2066e\ud800')).toBe('a�[2Jb����cde�')
  })

  it('leaves emoji and scripts alone', () => {
    expect(displayText('🇩🇪 👨‍👩‍👧 日本 é')).toBe('🇩🇪 👨‍👩‍👧 日本 é')
  })

  it('cuts long text between characters', () => {
    expect([...displayText('😀'.repeat(300))]).toHaveLength(200)
  })
})

describe('cleanName', () => {
  it('is one line of whole characters', () => {
    expect(cleanName(' a\r\n\tb\ud800 ')).toBe('a b')
  })
})
