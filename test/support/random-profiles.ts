/** Profiles with every transport, for tests that need many which differ. */
import fc from 'fast-check'
import type { Profile, ProfileTransport } from '../../src/dialects/profile.js'

const domain = fc.constantFrom('vpn.example.com', 'a.example', 'cdn.example.net')
const path = fc.stringMatching(/^\/[a-z0-9/_-]{0,30}$/)
const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 _-]{0,20}$/).map((text) => text.trim().replace(/ +/g, ' ')),
  fc.constantFrom('东京 01', '🇯🇵 Tokyo', 'Zürich', 'Санкт-Петербург', 'été'),
)

const transport: fc.Arbitrary<ProfileTransport> = fc.oneof(
  fc.constant({ network: 'tcp', header: 'none' } as const),
  fc.record({ network: fc.constantFrom('ws' as const, 'httpupgrade' as const), host: domain, path }),
  fc.record({
    network: fc.constant('h2' as const),
    hosts: fc.array(domain, { minLength: 1, maxLength: 2 }),
    path,
  }),
  fc.record({
    network: fc.constant('grpc' as const),
    serviceName: fc.stringMatching(/^[A-Za-z]{1,20}$/),
    mode: fc.constantFrom('gun' as const, 'multi' as const),
    authority: fc.oneof(fc.constant(''), domain),
  }),
  fc.record({
    network: fc.constant('kcp' as const),
    header: fc.constantFrom('none' as const, 'utp' as const),
    seed: fc.stringMatching(/^[a-z0-9]{0,12}$/),
  }),
)

const tls = fc.record({
  serverName: domain,
  alpn: fc.constantFrom([], ['http/1.1']),
  fingerprint: fc.constantFrom('', 'chrome'),
  insecure: fc.boolean(),
  pinnedSha256: fc.constant(''),
  verifyName: fc.constant(''),
})

export const anyProfile: fc.Arbitrary<Profile> = fc.record(
  {
    name,
    server: fc.oneof(domain, fc.ipV4()),
    port: fc.integer({ min: 1, max: 65_535 }),
    uuid: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    alterId: fc.constantFrom(0, 0, 0, 64),
    security: fc.constantFrom('auto', 'aes-128-gcm', 'chacha20-poly1305', 'none'),
    transport,
    tls,
    extra: fc.constant(new Map()),
  },
  { requiredKeys: ['name', 'server', 'port', 'uuid', 'alterId', 'security', 'transport', 'extra'] },
)

export function randomProfiles(count: number, seed = 20_261_128): Profile[] {
  return fc.sample(anyProfile, { numRuns: count, seed })
}
