import { describe, expect, it } from 'vitest'
import { parseUserId } from '../../../src/account/uuid.js'
import type { Profile } from '../../../src/dialects/profile.js'
import {
  formatShareLink,
  type LinkStyle,
  parseShareLink,
  writeShareLink,
} from '../../../src/dialects/share-link.js'
import { asFault } from '../../../src/faults/fault.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const PLAIN: Profile = {
  name: 'Demo',
  server: 'vpn.example.com',
  port: 443,
  uuid: parseUserId(ID).uuid,
  alterId: 0,
  security: 'auto',
  transport: { network: 'tcp', header: 'none' },
  extra: new Map(),
}
const TLS = {
  serverName: 'a.example.com',
  alpn: [],
  fingerprint: '',
  insecure: false,
  pinnedSha256: '',
  verifyName: '',
}
const WS = { network: 'ws', host: 'a.example.com', path: '/x' } as const

function payload(profile: Profile): string {
  return Buffer.from(formatShareLink(profile, 'v2rayn').slice('vmess://'.length), 'base64').toString('utf8')
}

function lostIn(profile: Profile, style: LinkStyle): readonly string[] {
  return writeShareLink(profile, style).losses.map(({ title }) => title)
}

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return asFault(error).code
  }
  return 'nothing was thrown'
}

describe('the v2rayN form', () => {
  it('has every key in its order, all strings, on one line', () => {
    expect(payload({ ...PLAIN, alterId: 4, security: 'none' })).toBe(
      `{"v":"2","ps":"Demo","add":"vpn.example.com","port":"443","id":"${ID}","aid":"4","scy":"none",` +
        '"net":"tcp","type":"none","host":"","path":"","tls":"","sni":"","alpn":"","fp":"","insecure":"0"}',
    )
  })

  it('is padded base64 of the standard alphabet', () => {
    const link = formatShareLink({ ...PLAIN, name: '>>>???~~~ 中文 é' }, 'v2rayn')
    expect(link).toMatch(/^vmess:\/\/[A-Za-z0-9+/]+={0,2}$/)
    expect((link.length - 'vmess://'.length) % 4).toBe(0)
  })

  it('adds the pin and the name of a certificate only where there are some', () => {
    expect(payload({ ...PLAIN, tls: { ...TLS, pinnedSha256: 'aabb', verifyName: 'v.example' } })).toMatch(
      /"insecure":"0","vcn":"v\.example","pcs":"aabb"\}$/,
    )
  })

  it('keeps the early data of Xray in the path, and names what it cannot keep', () => {
    const xray = { bytes: 2048, header: 'Sec-WebSocket-Protocol' }
    const early = (earlyData: typeof xray): Profile => ({
      ...PLAIN,
      transport: { ...WS, path: '/x?a=1', earlyData },
    })
    expect(payload(early(xray))).toContain('"path":"/x?a=1&ed=2048"')
    expect(payload(early({ ...xray, header: 'X-Early' }))).toContain('"path":"/x?a=1"')
    expect(lostIn(early({ ...xray, header: 'X-Early' }), 'v2rayn')).toEqual(['early data'])
  })

  it('writes http/1.1 alone for a WebSocket, and says what it left out', () => {
    const profile = { ...PLAIN, transport: WS, tls: { ...TLS, alpn: ['h2', 'http/1.1'] } }
    expect(payload(profile)).toContain('"alpn":"http/1.1"')
    expect(lostIn(profile, 'v2rayn')).toEqual(['ALPN'])
  })

  it('refuses REALITY and the settings of xhttp with LINK_LOSS, rather than lose them', () => {
    const reality = { publicKey: 'KEY', shortId: '', spiderX: '' }
    expect(codeOf(() => formatShareLink({ ...PLAIN, tls: { ...TLS, reality } }, 'v2rayn'))).toBe('LINK_LOSS')
    const xhttp = { network: 'xhttp', host: '', path: '/', mode: 'auto', settings: '{}' } as const
    expect(codeOf(() => formatShareLink({ ...PLAIN, transport: xhttp }, 'v2rayn'))).toBe('LINK_LOSS')
  })
})

describe('the URL form', () => {
  it('has at least two parameters, everything encoded', () => {
    expect(formatShareLink({ ...PLAIN, name: 'a b#c&d' }, 'url')).toBe(
      `vmess://${ID}@vpn.example.com:443?encryption=auto&security=none&type=tcp#a%20b%23c%26d`,
    )
  })

  it('writes both spellings of insecure, and only when asked for', () => {
    expect(formatShareLink({ ...PLAIN, tls: { ...TLS, insecure: true } }, 'url')).toContain(
      'sni=a.example.com&insecure=1&allowInsecure=1#',
    )
    expect(formatShareLink({ ...PLAIN, tls: TLS }, 'url')).not.toContain('nsecure')
  })

  it('refuses alterId with LINK_LOSS', () => {
    expect(codeOf(() => formatShareLink({ ...PLAIN, alterId: 1 }, 'url'))).toBe('LINK_LOSS')
  })

  it('writes auto for a cipher the standard has no word for, and says so', () => {
    const { link, losses } = writeShareLink({ ...PLAIN, security: 'zero' }, 'url')
    expect(link).toContain('?encryption=auto&')
    expect(losses).toMatchObject([{ field: 'security', value: 'zero', breaks: false }])
  })

  it('brings IPv6 into brackets', () => {
    expect(formatShareLink({ ...PLAIN, server: '2001:db8::7' }, 'url')).toContain('@[2001:db8::7]:443?')
  })
})

describe('both forms', () => {
  it('write international domains in punycode', () => {
    const profile = { ...PLAIN, server: 'bücher.example' }
    expect(payload(profile)).toContain('"add":"xn--bcher-kva.example"')
    expect(formatShareLink(profile, 'url')).toContain('@xn--bcher-kva.example:443?')
  })

  it.each(['v2rayn', 'url'] as const)(
    'leave no control characters and no half characters in a %s name',
    (style) => {
      const link = formatShareLink({ ...PLAIN, name: 'a\u001b[31m\r\nb\ud800\u0000' }, style)
      expect(parseShareLink(link).name).toBe('a [31m b')
    },
  )

  it.each(['v2rayn', 'url'] as const)('refuse a profile that is not whole as %s with LINK_FIELD', (style) => {
    expect(codeOf(() => formatShareLink({ ...PLAIN, server: '' }, style))).toBe('LINK_FIELD')
    expect(codeOf(() => formatShareLink({ ...PLAIN, port: 0 }, style))).toBe('LINK_FIELD')
    expect(codeOf(() => formatShareLink({ ...PLAIN, uuid: new Uint8Array(15) }, style))).toBe('LINK_FIELD')
    expect(codeOf(() => formatShareLink({ ...PLAIN, server: 'ü b' }, style))).toBe('LINK_FIELD')
  })

  it('never write what nobody here knows', () => {
    const profile: Profile = { ...PLAIN, extra: new Map([['fm', { a: 1 }]]) }
    expect(payload(profile)).toBe(payload(PLAIN))
    expect(formatShareLink(profile, 'url')).toBe(formatShareLink(PLAIN, 'url'))
  })
})
