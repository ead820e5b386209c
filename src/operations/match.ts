/** Whether clients can talk to a server, by their files alone. */
import { displayText } from '../dialects/display-text.js'
import { parseJsonSource } from '../dialects/json-source.js'
import type { ReadNode } from '../dialects/node-reading.js'
import { readProfiles } from '../dialects/read-profiles.js'
import { recogniseFormat } from '../dialects/recognise.js'
import { readServers } from '../dialects/server-reader.js'
import type { FoundServer, ServerReading } from '../dialects/server-profile.js'
import { Fault } from '../faults/fault.js'
import type { Difference, MatchInput } from '../matching/difference.js'
import { findDifferences, fixClient, serverFor } from '../matching/match-pair.js'
import { type Clock, systemClock } from '../ports/ports.js'
import { certificateFactsOf } from './certificate-facts.js'
import { type Correction, correctText } from './match-fix.js'
import { locateDifference, type MatchPlace, type MatchText, matchText } from './match-text.js'
import { readText } from './text-input.js'
import { visible } from '../text/visible.js'

export type { MatchPlace } from './match-text.js'

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

/** With the place of the side that has to change. */
export interface MatchFinding extends Omit<Difference, 'fix'>, MatchPlace {
  /** Where each side says what differs. */
  readonly places: { readonly client: MatchPlace; readonly server: MatchPlace }
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
  /** The whole text of the client as it should be, in its own form; some of it only the server can mend. */
  readonly fixed: string
  /** What of the client's text is not in `fixed`, where that is so. */
  readonly fixNote?: string
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
  const texts = await readTexts({ server, client, stdin })
  const reading = await readServerText(texts.server.text, server)
  const { dialect, nodes } = await readProfiles(texts.client.text)
  const clients = nodes.filter((node) => node.ok)
  const unread = nodes.filter((node) => !node.ok)
  if (clients.length === 0 && unread[0] !== undefined) throw unread[0].fault
  const matched = await Promise.all(clients.map((node) => matchOne(node, reading, { ...options, texts })))
  const pairs = matched.map(({ pair }) => pair)
  const corrected = await correctText(texts.client, { dialect, corrections: matched })
  return {
    matches: pairs.every(({ matches }) => matches),
    pairs,
    findings: pairs.flatMap(({ findings }) => findings),
    fixed: corrected.text,
    ...(corrected.note && { fixNote: corrected.note }),
    notes: [
      ...reading.broken.map(
        ({ pointer, why }) => `${pointer} of the server was left out: ${displayText(why)}`,
      ),
      ...unread.map(({ where, fault }) => `${where} of the client was left out: ${fault.message}`),
      ...matched.flatMap(({ note }) => note ?? []),
    ],
  }
}

interface Texts {
  readonly server: MatchText
  readonly client: MatchText
}

async function readTexts({
  server,
  client,
  stdin,
}: Pick<MatchOptions, 'server' | 'client' | 'stdin'>): Promise<Texts> {
  const nameOf = (path: string): string => (path === '-' ? STANDARD_INPUT : path)
  const serverText = await readText(server, { stdin })
  const isLink = client.includes('://')
  const clientText = isLink ? client : await readText(client, { stdin })
  return {
    server: await matchText(nameOf(server), serverText, { syntax: YAML.test(serverText) ? 'yaml' : 'json' }),
    client: await matchText(isLink ? 'the link' : nameOf(client), clientText, {
      syntax: isLink ? undefined : syntaxOf(clientText),
      isLink,
    }),
  }
}

/** Undefined for links, lines of apps and their base64. Throws `LINK_SOURCE` for what is none of all. */
function syntaxOf(text: string): 'json' | 'yaml' | undefined {
  const format = recogniseFormat(text.replace(/^\uFEFF/, ''))
  return format === 'json' || format === 'yaml' ? format : undefined
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
      : `${visible(server)} has no vmess inbound: is it the server's file?`,
  })
}

interface MatchedOne extends Correction {
  readonly pair: MatchedPair
  readonly note?: string
}

async function matchOne(
  node: ReadNode,
  reading: ServerReading,
  options: MatchOptions & { readonly texts: Texts },
): Promise<MatchedOne> {
  const { profile, where } = node
  const { now = systemClock, user, texts } = options
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
    const places = {
      client: locateDifference(difference, where, { text: texts.client, network: profile.transport.network }),
      server: locateDifference(difference, pointer, {
        text: texts.server,
        network: server.transport.network,
      }),
    }
    return { ...difference, ...places[difference.side], places }
  })
  return {
    node,
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
