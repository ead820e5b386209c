/** Profiles in their normal form, with every field that there is, for property tests. */
import fc from 'fast-check'
import { SECURITIES } from '../../src/account/security.js'
import {
  DISGUISES,
  GRPC_MODES,
  PACKET_ENCODINGS,
  type Profile,
  type ProfileTls,
  type ProfileTransport,
} from '../../src/dialects/profile.js'

/** Text as it stands in a field: trimmed, not empty, no control characters, no separators of lists. */
const word = fc.stringMatching(/^[A-Za-z0-9_.~é中%&=+#?:@-]{1,12}$/)
const optionalWord = fc.oneof(fc.constant(''), word)
const domain = fc.constantFrom('vpn.example.com', 'a.example', 'xn--bcher-kva.example')
const optionalDomain = fc.oneof(fc.constant(''), domain)
const domains = fc.uniqueArray(domain, { maxLength: 3 })
const server = fc.oneof(domain, fc.ipV4(), fc.constantFrom('2001:db8::7', '::1'))
const path = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9_.~é中:@+-]{0,12}$/), fc.constantFrom('', '?a=1', '?a=1&b=2'))
  .map(([text, query]) => `/${text}${query}`)
const plainPath = path.map((text) => text.replace(/\?.*/, ''))
const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })

const earlyData = fc.record({
  bytes: whole(1, 4096),
  header: fc.constantFrom('Sec-WebSocket-Protocol', 'X-Early', ''),
})
const headerName = fc.constantFrom('User-Agent', 'X-One', 'X-Two')
const headerValue = fc.stringMatching(/^[A-Za-z0-9/][A-Za-z0-9 ;,=./:()-]{0,12}[a-z]$/)
const headers = fc.dictionary(headerName, headerValue, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
const headerLists = fc.dictionary(headerName, fc.array(headerValue, { minLength: 1, maxLength: 2 }), {
  minKeys: 1,
  maxKeys: 2,
  noNullPrototype: true,
})

const upgrade = (network: 'ws' | 'httpupgrade'): fc.Arbitrary<ProfileTransport> =>
  fc.record(
    { network: fc.constant(network), host: optionalDomain, path, earlyData, headers },
    { requiredKeys: ['network', 'host', 'path'] },
  )

const TRANSPORTS: readonly fc.Arbitrary<ProfileTransport>[] = [
  fc.constant({ network: 'tcp', header: 'none' } as const),
  fc.record(
    {
      network: fc.constant('tcp' as const),
      header: fc.constant('http' as const),
      hosts: domains,
      paths: fc.uniqueArray(plainPath, { maxLength: 3 }),
      method: fc.constantFrom('GET', 'POST'),
      headers: headerLists,
    },
    { requiredKeys: ['network', 'header', 'hosts', 'paths'] },
  ),
  upgrade('ws'),
  upgrade('httpupgrade'),
  fc.record({
    network: fc.constant('xhttp' as const),
    host: optionalDomain,
    path,
    mode: fc.constantFrom('auto', 'packet-up', 'stream-up'),
    settings: fc.constantFrom('', '{"xPaddingBytes":"100-1000"}'),
  }),
  fc.record(
    {
      network: fc.constant('h2' as const),
      hosts: domains.filter((list) => list.length > 0),
      path,
      method: fc.constantFrom('PUT', 'POST'),
      headers,
    },
    { requiredKeys: ['network', 'hosts', 'path'] },
  ),
  fc.record(
    {
      network: fc.constant('grpc' as const),
      serviceName: optionalWord,
      mode: fc.constantFrom(...GRPC_MODES),
      authority: optionalDomain,
      userAgent: word,
    },
    { requiredKeys: ['network', 'serviceName', 'mode', 'authority'] },
  ),
  fc.record(
    {
      network: fc.constant('kcp' as const),
      header: fc.constantFrom(...DISGUISES),
      seed: optionalWord,
      mtu: whole(576, 1460),
      tti: whole(10, 100),
      uplinkCapacity: whole(0, 100),
      downlinkCapacity: whole(0, 100),
      congestion: fc.boolean(),
      readBufferSize: whole(0, 8),
      writeBufferSize: whole(0, 8),
    },
    { requiredKeys: ['network', 'header', 'seed'] },
  ),
  fc.record({
    network: fc.constant('quic' as const),
    header: fc.constantFrom(...DISGUISES),
    security: fc.constantFrom('none', 'aes-128-gcm', 'chacha20-poly1305'),
    key: optionalWord,
  }),
]

const key = fc.constantFrom('q1WPGk0RPJSTT3BzUpyIpCbPjSUOxQHbvyhkGxeGHUQ', 'AAAA')
const tls: fc.Arbitrary<ProfileTls> = fc.record(
  {
    serverName: domain,
    alpn: fc.constantFrom([], ['http/1.1'], ['h2'], ['h2', 'http/1.1']),
    fingerprint: fc.constantFrom('', 'chrome', 'firefox'),
    insecure: fc.boolean(),
    pinnedSha256: fc.constantFrom('', 'ab'.repeat(32)),
    verifyName: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, domain),
    pinnedKeySha256: fc.constant('kzqfXg8f0NwqVf2lPpQ1mEoR0m7a0M3cT4yMZ9wWv0E='),
    pinnedChainSha256: fc.constant(['kzqfXg8f0NwqVf2lPpQ1mEoR0m7a0M3cT4yMZ9wWv0E=']),
    ech: fc.constant('AEX+DQBBzQAgACB='),
  },
  { requiredKeys: ['serverName', 'alpn', 'fingerprint', 'insecure', 'pinnedSha256', 'verifyName'] },
)

const reality = fc.record({
  publicKey: key,
  shortId: fc.constantFrom('', '0123ab'),
  spiderX: optionalWord,
})
/** REALITY has a name, a fingerprint and keys; nothing is said about certificates. */
function realityOf(
  { serverName, fingerprint }: ProfileTls,
  keys: NonNullable<ProfileTls['reality']>,
): ProfileTls {
  return {
    serverName,
    fingerprint: fingerprint || 'chrome',
    alpn: [],
    insecure: false,
    pinnedSha256: '',
    verifyName: '',
    reality: keys,
  }
}
const anyTls: fc.Arbitrary<ProfileTls> = fc.oneof(
  { weight: 5, arbitrary: tls },
  {
    weight: 1,
    arbitrary: fc.tuple(tls, reality).map(([settings, keys]) => realityOf(settings, keys)),
  },
)

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 16 }).map(
  (text) =>
    text
      .replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim() || 'n',
)

/** Most are simple: what is rare takes part one time in a few. */
export const anyProfile: fc.Arbitrary<Profile> = fc.record(
  {
    name,
    server,
    port: whole(1, 65_535),
    uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    alterId: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.constantFrom(1, 64, 65_535)),
    security: fc.constantFrom(...SECURITIES),
    transport: fc.oneof(...TRANSPORTS.map((arbitrary, i) => ({ arbitrary, weight: i < 3 ? 3 : 1 }))),
    extra: fc.constant(new Map()),
    tls: anyTls,
    packetEncoding: fc.constantFrom(...PACKET_ENCODINGS),
    udp: fc.boolean(),
    globalPadding: fc.boolean(),
    authenticatedLength: fc.boolean(),
    mux: fc.record({ enabled: fc.boolean(), concurrency: whole(1, 1024) }, { requiredKeys: ['enabled'] }),
  },
  { requiredKeys: ['name', 'server', 'port', 'uuid', 'alterId', 'security', 'transport', 'extra'] },
)
