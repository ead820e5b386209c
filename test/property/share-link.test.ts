import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DISGUISES,
  GRPC_MODES,
  type Profile,
  type ProfileTls,
  type ProfileTransport,
} from '../../src/dialects/profile.js'
import { formatShareLink, parseShareLink } from '../../src/dialects/share-link.js'
import { isFault } from '../../src/faults/fault.js'

/** Text as it stands in a field: trimmed, not empty, no control characters, no separators of lists. */
const word = fc.stringMatching(/^[A-Za-z0-9_.~é中%&=+#?-]{1,12}$/)
const optionalWord = fc.oneof(fc.constant(''), word)
const domain = fc.constantFrom('vpn.example.com', 'a.example', 'xn--bcher-kva.example')
const server = fc.oneof(domain, fc.ipV4(), fc.constantFrom('2001:db8::7', '::1'))
const path = word.map((text) => `/${text.replace(/[?&=]/g, '')}`)
const earlyData = fc.record({
  bytes: fc.integer({ min: 1, max: 4096 }),
  header: fc.constant('Sec-WebSocket-Protocol'),
})

const upgrade = (network: 'ws' | 'httpupgrade'): fc.Arbitrary<ProfileTransport> =>
  fc.record(
    { network: fc.constant(network), host: domain, path, earlyData },
    { requiredKeys: ['network', 'host', 'path'] },
  )

const transport: fc.Arbitrary<ProfileTransport> = fc.oneof(
  fc.constant({ network: 'tcp', header: 'none' } as const),
  fc.record({
    network: fc.constant('tcp' as const),
    header: fc.constant('http' as const),
    hosts: fc.array(domain, { maxLength: 3 }),
    paths: fc.array(path, { maxLength: 3 }),
  }),
  upgrade('ws'),
  upgrade('httpupgrade'),
  fc.record({
    network: fc.constant('xhttp' as const),
    host: domain,
    path,
    mode: fc.constantFrom('auto', 'packet-up', 'stream-up'),
    settings: fc.constant(''),
  }),
  fc.record({
    network: fc.constant('h2' as const),
    hosts: fc.array(domain, { minLength: 1, maxLength: 3 }),
    path,
  }),
  fc.record({
    network: fc.constant('grpc' as const),
    serviceName: optionalWord,
    mode: fc.constantFrom(...GRPC_MODES),
    authority: fc.oneof(fc.constant(''), domain),
  }),
  fc.record({
    network: fc.constant('kcp' as const),
    header: fc.constantFrom(...DISGUISES),
    seed: optionalWord,
  }),
  fc.record({
    network: fc.constant('quic' as const),
    header: fc.constantFrom(...DISGUISES),
    security: fc.constantFrom('none', 'aes-128-gcm'),
    key: optionalWord,
  }),
)

const tls: fc.Arbitrary<ProfileTls> = fc.record({
  serverName: domain,
  alpn: fc.constantFrom([], ['http/1.1']),
  fingerprint: fc.constantFrom('', 'chrome'),
  insecure: fc.boolean(),
  pinnedSha256: fc.constantFrom('', 'ab'.repeat(32)),
  verifyName: fc.oneof(fc.constant(''), domain),
})

/** Profiles that both forms can express. */
const profile: fc.Arbitrary<Profile> = fc.record(
  {
    name: fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map((text) => text.replace(/\s+/g, ' ').trim() || 'n'),
    server,
    port: fc.integer({ min: 1, max: 65_535 }),
    uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    alterId: fc.constant(0),
    security: fc.constantFrom('auto', 'aes-128-gcm', 'chacha20-poly1305', 'none'),
    transport,
    tls,
    extra: fc.constant(new Map()),
  },
  { requiredKeys: ['name', 'server', 'port', 'uuid', 'alterId', 'security', 'transport', 'extra'] },
)

describe('profile → link → profile', () => {
  it.each(['v2rayn', 'url'] as const)('loses nothing in the %s form', (style) => {
    fc.assert(
      fc.property(profile, (original) => {
        expect(parseShareLink(formatShareLink(original, style))).toEqual(original)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps alterId in the v2rayN form', () => {
    fc.assert(
      fc.property(profile, fc.integer({ min: 0, max: 65_535 }), (original, alterId) => {
        const link = formatShareLink({ ...original, alterId }, 'v2rayn')
        expect(parseShareLink(link).alterId).toBe(alterId)
      }),
    )
  })
})

describe('any text', () => {
  const readOrFault = (text: string): void => {
    try {
      parseShareLink(text)
    } catch (error) {
      expect(isFault(error) && error.code).toMatch(/^LINK_/)
    }
  }
  const base64 = (text: string): string => `vmess://${Buffer.from(text).toString('base64')}`
  const keys = fc.constantFrom(
    'v',
    'ps',
    'add',
    'port',
    'id',
    'aid',
    'net',
    'type',
    'host',
    'path',
    'tls',
    '__proto__',
  )

  it('gives a profile or a LINK fault', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => readOrFault(text)))
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => readOrFault(`vmess://${text}`)))
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) =>
        readOrFault(`vmess://${Buffer.from(bytes).toString('base64')}`),
      ),
    )
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => readOrFault(`vmess://${a}@${b}:1?${a}=${b}#${a}`)),
    )
  })

  it('gives them for any JSON object behind base64', () => {
    const object = fc.dictionary(keys, fc.jsonValue({ maxDepth: 2 }))
    fc.assert(
      fc.property(object, (value) => readOrFault(base64(JSON.stringify(value)))),
      { numRuns: 300 },
    )
  })

  it('gives them for a link of which one character is changed or lost', () => {
    const damaged = fc.tuple(
      profile,
      fc.constantFrom('v2rayn', 'url' as const),
      fc.nat(),
      fc.string({ maxLength: 1 }),
    )
    fc.assert(
      fc.property(damaged, ([original, style, at, char]) => {
        const link = formatShareLink(original, style as 'v2rayn' | 'url')
        const cut = at % link.length
        readOrFault(link.slice(0, cut) + char + link.slice(cut + 1))
      }),
    )
  })
})
