import { describe, expect, it } from 'vitest'
import { nearestWord } from '../../../src/faults/nearest-word.js'
import { checkConfig } from '../../../src/config/v2ray-json.js'
import { accept, complaints, errors, ID, inbound, withOutbound } from './reading.js'

describe('keys (config §1.2)', () => {
  it('ignores their case', () => {
    const config = { OutBounds: [{ PROTOCOL: 'Freedom', Settings: { DomainStrategy: 'useip' } }] }
    expect(accept(config).outbounds[0]).toMatchObject({ settings: { domainStrategy: 'UseIP' } })
    expect(complaints(config)).toEqual([])
  })

  it('lets the last of several count, with a warning at it', () => {
    const text = '{"outbounds": [{"protocol": "freedom", "tag": "a",\n "Tag": "b"}]}'
    const result = checkConfig(text)
    expect(result).toMatchObject({ ok: true, config: { outbounds: [{ tag: 'b' }] } })
    expect(result.issues).toMatchObject([
      {
        severity: 'warning',
        path: '/outbounds/0/Tag',
        line: 2,
        column: 2,
        message: 'this key stands here twice; the last one counts',
      },
    ])
  })

  it('warns about unknown ones and names what was probably meant', () => {
    const clients = [{ id: ID, emial: 'a@b' }]
    const config = withOutbound({ inbounds: [inbound({ settings: { clients } })] })
    expect(checkConfig(JSON.stringify(config)).issues).toMatchObject([
      {
        path: '/inbounds/0/settings/clients/0/emial',
        message: 'unknown key, ignored',
        hint: 'did you mean email?',
      },
    ])
  })

  it('names where a misplaced one belongs', () => {
    const config = withOutbound({ inbounds: [inbound({ detour: { to: 'x' } })] })
    expect(checkConfig(JSON.stringify(config)).issues).toMatchObject([
      { path: '/inbounds/0/detour', hint: 'it belongs into settings' },
    ])
  })

  it('treats the names of prototypes as keys like any other', () => {
    const text = `{"__proto__": {"log": 5}, "constructor": 1, "outbounds": [{"protocol": "freedom", "toString": 1}]}`
    expect(complaints(text)).toEqual([
      'warning /__proto__: unknown key, ignored',
      'warning /constructor: unknown key, ignored',
      'warning /outbounds/0/toString: unknown key, ignored',
    ])
    expect(({} as { log?: unknown }).log).toBeUndefined()
  })

  it('escapes them in paths as JSON pointers do', () => {
    expect(complaints(withOutbound({ 'a/b~c': 1 }))).toEqual(['warning /a~1b~0c: unknown key, ignored'])
  })
})

describe('values (config §1.2)', () => {
  it('takes null for "not given" everywhere', () => {
    const nothing = { log: null, inbounds: null, outbounds: null, policy: null, stats: null, routing: null }
    expect(errors(nothing)).toEqual([])
    expect(
      errors(withOutbound({ inbounds: [inbound({ tag: null, settings: null, streamSettings: null })] })),
    ).toEqual([])
  })

  it('refuses null inside lists', () => {
    const config = { inbounds: [null, inbound({ settings: { clients: [null] } })], outbounds: [null] }
    expect(errors(config)).toEqual([
      '/inbounds/0: must be an object, found null',
      '/inbounds/1/settings/clients/0: null is not allowed in this list',
      '/outbounds/0: must be an object, found null',
    ])
  })

  it('refuses the wrong kind of value by its path', () => {
    const config = { log: [], inbounds: {}, outbound: [], stats: [], policy: { levels: [] } }
    expect(errors(config)).toEqual([
      '/log: must be an object, found an array',
      '/inbounds: must be a list, found an object',
      '/outbound: must be an object, found an array',
      '/stats: must be an object, found an array',
      '/policy/levels: must be an object, found an array',
    ])
  })

  it.each(['[]', '"x"', '5', 'true'])('refuses %s for the whole file', (text) => {
    expect(checkConfig(text)).toMatchObject({
      ok: false,
      at: 'content',
      issues: [{ path: '', line: 1, column: 1 }],
    })
  })

  it('never shows what stands where a password belongs', () => {
    const settings = { auth: 'password', accounts: [{ user: 'u', pass: 12_345_678 }] }
    const config = withOutbound({ inbounds: [{ port: 1, protocol: 'socks', settings }] })
    expect(errors(config)).toEqual(['/inbounds/0/settings/accounts/0/pass: must be a string, found a number'])
  })

  it('shows no control characters of the file', () => {
    const config = withOutbound({ inbounds: [{ port: 1, protocol: '\u001b[31mvmess\u0007\u202e' }] })
    const text = errors(config).join('')
    expect(text).toContain('"\\u001b[31mvmess\\u0007�" is not a supported inbound')
  })
})

describe('nearestWord', () => {
  it.each([
    ['emial', 'email'],
    ['Setings', 'settings'],
    ['user', 'users'],
    ['inbound_s', 'inbounds'],
  ])('finds for %s the word %s', (word, expected) => {
    expect(nearestWord(word, ['email', 'settings', 'users', 'inbounds'])).toBe(expected)
  })

  it('finds nothing for a word that is far from all', () => {
    expect(nearestWord('comment', ['email', 'settings'])).toBeUndefined()
    expect(nearestWord('a'.repeat(10_000), ['aaaa'])).toBeUndefined()
  })
})
