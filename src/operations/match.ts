/** Whether clients can talk to a server, by their files alone. */
import type { FormatId } from '../dialects/dialect-ids.js'
import { displayText } from '../dialects/display-text.js'
import { parseJsonSource } from '../dialects/json-source.js'
import type { ReadNode } from '../dialects/node-reading.js'
import { readProfiles } from '../dialects/read-profiles.js'
import { readServers } from '../dialects/server-reader.js'
import type { FoundServer, ServerReading } from '../dialects/server-profile.js'
import { writeProfiles } from '../dialects/write-profiles.js'
import { Fault } from '../faults/fault.js'
import type { Difference, MatchInput } from '../matching/difference.js'
import { findDifferences, fixClient, serverFor } from '../matching/match-pair.js'
import { type Clock, systemClock } from '../ports/ports.js'
import { certificateFactsOf } from './certificate-facts.js'
import { readText } from './text-input.js'

export interface MatchOptions {
  /** A file in any dialect, or `-`. */
  readonly server: string
  /** A file in any dialect, a link, or `-`. */
  readonly client: string
  /** Which of the server's users the client is meant to be. */
  readonly user?: string
  readonly stdin: AsyncIterable<Uint8Array>
  readonly now?: Clock
}

export interface MatchFinding extends Omit<Difference, 'fix'> {
  /** Of the side that has to change. */
  readonly file: string
  /** Where in it: a JSON pointer, or `line 3`. */
  readonly path: string
}

export interface MatchedPair {
  readonly client: { readonly name: string; readonly path: string }
  readonly server: { readonly tag: string; readonly path: string }
  readonly matches: boolean
  readonly findings: readonly MatchFinding[]
}

export interface MatchReport {
  readonly matches: boolean
  readonly pairs: readonly MatchedPair[]
  readonly findings: readonly MatchFinding[]
  /** The clients as they should be, in the form they came in; some of it only the server can mend. */
  readonly fixed: string
  /** What could not be compared. */
  readonly notes: readonly string[]
}

/** Of the one server dialect that is YAML: its list of inbounds, at the beginning of a line. */
const YAML = /^listeners[ \t]*:/m
const STANDARD_INPUT = 'standard input'

/** Throws CLI_FILE, LINK and CONFIG faults for what cannot be read, and `CONFIG_INVALID` for a server without VMess. */
export async function matchFiles(options: MatchOptions): Promise<MatchReport> {
  const { server, client, stdin } = options
  if (server === '-' && client === '-') throw new Fault('CLI_USAGE', { what: 'only one of the two can be -' })
  const reading = await readServerText(await readText(server, { stdin }), server)
  const text = client.includes('://') ? client : await readText(client, { stdin })
  const { dialect, nodes } = await readProfiles(text)
  const clients = nodes.filter((node) => node.ok)
  const unread = nodes.filter((node) => !node.ok)
  if (clients.length === 0 && unread[0] !== undefined) throw unread[0].fault
  const matched = await Promise.all(clients.map((node) => matchOne(node, reading, options)))
  const pairs = matched.map(({ pair }) => pair)
  return {
    matches: pairs.every(({ matches }) => matches),
    pairs,
    findings: pairs.flatMap(({ findings }) => findings),
    fixed: await writeFixed(
      matched.map(({ fixed }) => fixed),
      dialect,
    ),
    notes: [
      ...reading.broken.map(
        ({ pointer, why }) => `${pointer} of the server was left out: ${displayText(why)}`,
      ),
      ...unread.map(({ where, fault }) => `${where} of the client was left out: ${fault.message}`),
      ...matched.flatMap(({ note }) => note ?? []),
    ],
  }
}

/** What `match` ends with when somebody has to change. */
export function mismatchFault({ matches, pairs, findings }: MatchReport): Fault | undefined {
  if (matches) return undefined
  const wrong = pairs.filter((pair) => !pair.matches).length
  const first = findings.find(({ severity }) => severity === 'error')
  return new Fault('MATCH_DIFFERS', {
    why: `${wrong} of ${pairs.length} client${pairs.length === 1 ? '' : 's'}; ${first?.message ?? ''}`,
    ...(first && { hint: `${first.side}: ${first.hint}` }),
  })
}

async function readServerText(text: string, server: string): Promise<ServerReading> {
  const document = YAML.test(text)
    ? (await import('../dialects/clash-yaml.js')).parseYaml(text)
    : parseJsonSource(text)
  const reading = readServers(document)
  if (reading.servers.length > 0) return reading
  const [broken] = reading.broken
  throw new Fault('CONFIG_INVALID', {
    why: broken
      ? `${broken.pointer}: ${broken.why}`
      : `${server} has no vmess inbound: is it the server's file?`,
  })
}

interface MatchedOne {
  readonly pair: MatchedPair
  readonly fixed: ReadNode['profile']
  readonly note?: string
}

async function matchOne(node: ReadNode, reading: ServerReading, options: MatchOptions): Promise<MatchedOne> {
  const { profile, where } = node
  const { now = systemClock, user } = options
  const { server, pointer } = serverFor(profile, reading.servers) as FoundServer
  const certificate = await certificateFactsOf(server.tls?.certificates[0]?.certificate, {
    file: options.server,
    now,
  })
  const input: MatchInput = {
    client: profile,
    server,
    serverDialect: reading.dialect,
    clientDialect: node.dialect,
    ...(certificate && { certificate }),
    ...(user !== undefined && { user }),
  }
  const findings = findDifferences(input).map(({ fix: _, ...difference }): MatchFinding => {
    const mine = difference.side === 'client'
    const file = mine ? (options.client.includes('://') ? 'the link' : options.client) : options.server
    return { ...difference, file: file === '-' ? STANDARD_INPUT : file, path: mine ? where : pointer }
  })
  return {
    pair: {
      client: { name: profile.name, path: where },
      server: { tag: server.tag, path: pointer },
      matches: findings.every(({ severity }) => severity !== 'error'),
      findings,
    },
    fixed: fixClient(input),
    ...(server.tls !== undefined &&
      certificate === undefined && {
        note: `the certificate of ${pointer} could not be read; names and pins were not compared`,
      }),
  }
}

async function writeFixed(profiles: readonly ReadNode['profile'][], dialect: FormatId): Promise<string> {
  const { text } = await writeProfiles(dialect, profiles, { lossy: true })
  return text.endsWith('\n') ? text : `${text}\n`
}
