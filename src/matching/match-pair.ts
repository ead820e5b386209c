/** One client against one server. */
import type { Profile } from '../dialects/profile.js'
import type { FoundServer } from '../dialects/server-profile.js'
import type { Difference, MatchInput, MatchRule } from './difference.js'
import { addressRule, frontRule, listenRule, portRule } from './place-rules.js'
import { alpnRule, certificateRules, insecureRule, tlsRule } from './tls-rules.js'
import { networkRule, transportRule } from './transport-rules.js'
import { alterIdRule, idRule, packetEncodingRule, securityRule } from './user-rules.js'

const RULES: readonly MatchRule[] = [
  addressRule,
  listenRule,
  portRule,
  networkRule,
  tlsRule,
  alpnRule,
  idRule,
  alterIdRule,
  securityRule,
  packetEncodingRule,
  insecureRule,
  frontRule,
]

/** Everything in which the two differ and should not, the errors first. */
export function findDifferences(input: MatchInput): Difference[] {
  const found = [
    ...RULES.flatMap((rule) => rule(input) ?? []),
    ...transportRule(input),
    ...certificateRules(input),
  ]
  return found.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
}

/** The client with everything put right that it can put right, again and again while that shows more. */
export function fixClient(input: MatchInput): Profile {
  let client = input.client
  // Each round fixes a layer; there are three: network, TLS, what is inside.
  for (let round = 0; round < 4; round++) {
    const fixes = findDifferences({ ...input, client }).flatMap(({ fix }) => fix ?? [])
    if (fixes.length === 0) break
    client = fixes.reduce((profile, fix) => fix(profile), client)
  }
  return client
}

/** The server that a client means: what they share, the most telling first. The first of equals. */
export function serverFor(client: Profile, servers: readonly FoundServer[]): FoundServer | undefined {
  const scored = servers.map((found) => ({ found, score: likeness(client, found) }))
  return scored.reduce<(typeof scored)[number] | undefined>(
    (best, next) => (best === undefined || next.score > best.score ? next : best),
    undefined,
  )?.found
}

function likeness(client: Profile, { server }: FoundServer): number {
  const path = (transport: Profile['transport']): string => ('path' in transport ? transport.path : '')
  const shared = [
    server.users.some(({ uuid }) => Buffer.compare(uuid, client.uuid) === 0),
    server.ports.includes(client.port),
    server.transport.network === client.transport.network,
    path(server.transport) === path(client.transport),
    (server.tls === undefined) === (client.tls === undefined),
  ]
  return shared.reduce((sum, same, i) => sum + (same ? 2 ** (shared.length - i) : 0), 0)
}
