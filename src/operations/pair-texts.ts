/** The files of a pair as texts, each judged by what will read it before it is handed out. */
import { toHex } from '../bytes/bytes.js'
import { checkText } from '../config/check-text.js'
import { formatIssue } from '../config/issue.js'
import { parseConfig } from '../config/v2ray-json.js'
import { type ClientFrame, frameClient } from '../dialects/client-frame.js'
import { clientOfPlan, type PairPlan, type PairUser, serverOfPlan } from '../dialects/pair-plan.js'
import type { Profile } from '../dialects/profile.js'
import type { ServerDialect, ServerProfile } from '../dialects/server-profile.js'
import { readServers } from '../dialects/server-reader.js'
import { writeServer } from '../dialects/server-writer.js'
import { fitProfile } from '../dialects/fit-profile.js'
import { writeV2raynLink } from '../dialects/v2rayn-writer.js'
import { Fault } from '../faults/fault.js'
import { clientOutbounds } from './client-outbounds.js'
import { type NginxFiles, nginxSnippet } from './nginx-snippet.js'

export type PairPart = 'server' | 'client' | 'certificate' | 'web-server'

export interface PairText {
  readonly part: PairPart
  /** Of the file, without a folder. */
  readonly name: string
  readonly text: string
  /** 0o600 for whatever holds an id or a key. */
  readonly mode: number
}

export interface PairLink {
  readonly name: string
  readonly id: Uint8Array
  /** In the v2rayN form, which most apps read. */
  readonly link: string
}

export interface PairTexts {
  readonly format: ServerDialect
  readonly texts: readonly PairText[]
  /** One for each user. */
  readonly links: readonly PairLink[]
}

export interface PairTextOptions {
  /** {@link defaultFormat} unless given. */
  readonly format?: ServerDialect | undefined
  /** Which sides; both unless given. */
  readonly side?: 'server' | 'client' | 'both'
  readonly nginx?: NginxFiles
}

const SECRET = 0o600
const PUBLIC = 0o644

/** V2Ray 4, which everything reads, or Xray for what 4.34 does not have. */
export function defaultFormat({ transport: { network } }: PairPlan): ServerDialect {
  return network === 'httpupgrade' || network === 'grpc' ? 'xray' : 'v2ray4'
}

/**
 * Server, clients, links, and what belongs to them. Throws `PAIR_FORMAT` when the format has no words for
 * the plan, and `INTERNAL_INVARIANT` when what was written does not read as it was meant: nothing is handed out then.
 */
export async function makePairTexts(plan: PairPlan, options: PairTextOptions = {}): Promise<PairTexts> {
  const { format = defaultFormat(plan), side = 'both', nginx = {} } = options
  const texts: PairText[] = []
  if (side !== 'client') texts.push(await serverText(plan, format))
  if (side !== 'server') {
    for (const user of plan.users) texts.push(await clientText(plan, { user, format }))
  }
  if (plan.tls.mode === 'self-signed') {
    texts.push({ part: 'certificate', name: 'cert.pem', text: plan.tls.certificate, mode: PUBLIC })
  }
  if (plan.tls.mode === 'front' && side !== 'client') {
    texts.push({ part: 'web-server', name: 'nginx.conf', text: nginxSnippet(plan, nginx), mode: PUBLIC })
  }
  const links = plan.users.map((user) => ({ name: user.name, id: user.uuid, link: linkOf(plan, user) }))
  return { format, texts, links }
}

export function linkOf(plan: PairPlan, user: PairUser): string {
  const { profile, losses } = fitProfile(clientOfPlan(plan, user), 'v2rayn')
  if (profile !== undefined && !losses.some(({ breaks }) => breaks)) return writeV2raynLink(profile)
  throw new Fault('INTERNAL_INVARIANT', { why: 'a link has no place for what a pair may be' })
}

async function serverText(plan: PairPlan, format: ServerDialect): Promise<PairText> {
  const server = serverOfPlan(plan)
  const document = writeServer(server, format)
  const name = fileName('server', format)
  const text = await formatDocument(document, format)
  assertValid(text, { name, format, as: 'server' })
  assertSame(document, server, format)
  return { part: 'server', name, text, mode: SECRET }
}

async function clientText(
  plan: PairPlan,
  { user, format }: { readonly user: PairUser; readonly format: ServerDialect },
): Promise<PairText> {
  const frame: ClientFrame = {
    ...plan.local,
    ...(plan.tls.mode === 'self-signed' && { authority: plan.tls.certificate }),
  }
  const client = clientOfPlan(plan, user)
  const outbounds = await clientOutbounds(client, format)
  const alone = plan.users.length === 1
  const name = fileName(alone ? 'client' : `client-${user.name}`, format)
  const text = await formatDocument(frameClient(outbounds, format, frame), format)
  assertValid(text, { name, format, as: 'client' })
  await assertSameClient(text, client, format)
  return { part: 'client', name, text, mode: SECRET }
}

function fileName(base: string, format: ServerDialect): string {
  return `${base}.${format === 'mihomo' ? 'yaml' : 'json'}`
}

async function formatDocument(document: object, format: ServerDialect): Promise<string> {
  if (format !== 'mihomo') return `${JSON.stringify(document, null, 2)}\n`
  const { formatYaml } = await import('../dialects/yaml-text.js')
  return formatYaml(document)
}

interface Judged {
  readonly name: string
  readonly format: ServerDialect
  readonly as: 'server' | 'client'
}

/** By the reader that a server or client of ours starts with, and by the rules of the program it is for. */
function assertValid(text: string, { name, format, as }: Judged): void {
  if (format !== 'v2ray4' && format !== 'xray') return
  parseConfig(text, { file: name })
  const error = checkText(text, { file: name, target: format, as }).find(
    ({ severity }) => severity === 'error',
  )
  if (error !== undefined) throw new Fault('INTERNAL_INVARIANT', { why: formatIssue(error, name) })
}

/** Of the formats that no reader of ours has judged yet. */
async function assertSameClient(text: string, meant: Profile, format: ServerDialect): Promise<void> {
  if (format === 'v2ray4' || format === 'xray') return
  const { readProfiles } = await import('../dialects/read-profiles.js')
  const [found] = (await readProfiles(text)).nodes
  const essence = ({ server, port, uuid, transport, tls }: Profile): string =>
    JSON.stringify([server, port, toHex(uuid), transport.network, tls?.serverName])
  if (found?.ok === true && essence(found.profile) === essence(meant)) return
  throw new Fault('INTERNAL_INVARIANT', { why: `a client in ${format} does not read as it was meant` })
}

/** Reads the file back: one server, with the users, the port and the transport that were meant. */
function assertSame(document: object, meant: ServerProfile, format: ServerDialect): void {
  const { servers, broken } = readServers(document)
  const [found] = servers
  if (broken.length === 0 && found !== undefined && essence(found.server) === essence(meant)) return
  throw new Fault('INTERNAL_INVARIANT', { why: `a server in ${format} does not read as it was meant` })
}

function essence({ ports, users, transport, tls }: ServerProfile): string {
  const ids = users.map(({ uuid, alterId }) => `${toHex(uuid)} ${alterId}`)
  return JSON.stringify([
    ports,
    ids,
    transport.network,
    'path' in transport && transport.path,
    tls !== undefined,
  ])
}
