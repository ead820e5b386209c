/** From what was said, and defaults for what was not, to the plan of a pair. */
import { parseUserId, makeUuid } from '../account/uuid.js'
import type { Security } from '../account/security.js'
import { toHex } from '../bytes/bytes.js'
import { formatIp, parseIp } from '../address/ip.js'
import {
  defaultServerName,
  type PairPlan,
  type PairTls,
  type PairUser,
  type SelfSigned,
} from '../dialects/pair-plan.js'
import type { ProfileTransport } from '../dialects/profile.js'
import { Fault } from '../faults/fault.js'
import { type Random, systemRandom } from '../ports/ports.js'
import * as values from './pair-values.js'
import type { PairHeader, PairPurpose, PairTlsMode, PairTransport } from './pair-values.js'

/** Each may be left out but the address. */
export interface PairChoices {
  readonly purpose?: PairPurpose | undefined
  readonly address?: string | undefined
  readonly port?: number | undefined
  /** Where the server listens, when that is not what clients dial. */
  readonly listen?: { readonly host: string; readonly port: number } | undefined
  readonly transport?: PairTransport | undefined
  readonly header?: PairHeader | undefined
  readonly path?: string | undefined
  readonly host?: string | undefined
  readonly serviceName?: string | undefined
  readonly seed?: string | undefined
  readonly tls?: PairTlsMode | undefined
  readonly certificateFile?: string | undefined
  readonly keyFile?: string | undefined
  readonly serverName?: string | undefined
  readonly names?: readonly string[] | undefined
  /** How many, when they have no names. */
  readonly users?: number | undefined
  /** Of the first user, instead of a fresh one. */
  readonly id?: string | undefined
  readonly security?: Security | undefined
  readonly alterId?: number | undefined
  readonly socksPort?: number | undefined
  readonly httpPort?: number | undefined
}

const ALL_INTERFACES = '0.0.0.0'
const LOOPBACK = '127.0.0.1'
const HTTPS_PORT = 443
const PLAIN_PORT = 10_086
const BEHIND_WEB_PORT = 10_000
const SOCKS_PORT = 1080
const HTTP_PORT = 1081
const RANDOM_NAME_BYTES = 6
const SEED_BYTES = 9
/** What an h2 server asks for when nothing has a name; V2Ray's own default. */
const H2_HOST = 'www.example.com'

/** What is taken where nothing was said; each may look at what was. */
export const pairDefaults = {
  purpose: (): PairPurpose => 'internet',
  transport: ({ purpose }: PairChoices): PairTransport => (purpose === 'web' ? 'ws' : 'tcp'),
  tls(choices: PairChoices): PairTlsMode {
    if (choices.purpose === 'web') return 'front'
    const transport = choices.transport ?? pairDefaults.transport(choices)
    if (transport === 'h2') return 'self-signed'
    return choices.purpose === 'local' || transport === 'kcp' ? 'none' : 'self-signed'
  },
  port(choices: PairChoices): number {
    return (choices.tls ?? pairDefaults.tls(choices)) === 'none' ? PLAIN_PORT : HTTPS_PORT
  },
  names: (count = 1): readonly string[] => Array.from({ length: count }, (_, i) => `user${i + 1}`),
  security: (): Security => 'auto',
  path: (random: Random): string => `/${toHex(random(RANDOM_NAME_BYTES))}`,
  serviceName: (random: Random): string => toHex(random(RANDOM_NAME_BYTES)),
  seed: (random: Random): string => Buffer.from(random(SEED_BYTES)).toString('base64url'),
} as const

/** Makes the certificate of a pair that has none; the operation of `tls cert`. */
export type CertificateMaker = (hosts: readonly string[]) => Promise<SelfSigned>

export interface PlanSources {
  readonly random?: Random
  /** A self-signed one for some hosts. */
  readonly makeCertificate?: CertificateMaker
}

async function signItself(hosts: readonly string[]): Promise<SelfSigned> {
  const { makeCertificate } = await import('./certificate.js')
  return makeCertificate({ hosts })
}

/** Throws `PAIR_VALUE` for what is missing, malformed or contradicts itself, and `VMESS_ID`. */
export async function planPair(given: PairChoices, sources: PlanSources = {}): Promise<PairPlan> {
  const { random = systemRandom, makeCertificate = signItself } = sources
  const address = addressOf(given)
  const purpose = given.purpose ?? pairDefaults.purpose()
  const choices = { ...given, purpose }
  const transport = choices.transport ?? pairDefaults.transport(choices)
  const mode = choices.tls ?? pairDefaults.tls(choices)
  assertTogether({ purpose, transport, mode, header: choices.header })
  const serverName = named('sni', choices.serverName, values.checkHost)
  const host = named('host', choices.host, values.checkHost)
  const name = serverName || defaultServerName({ address, host })
  const port = choices.port ?? pairDefaults.port({ ...choices, transport, tls: mode })
  if (values.checkPort(String(port)) !== undefined) throw refuse('port', 'is not a port from 1 to 65535')
  return {
    purpose,
    address,
    port,
    listen: listenOf(choices, port),
    transport: transportOf({ ...choices, transport, host }, name, random),
    tls: await tlsOf(choices, { mode, name, address }, makeCertificate),
    users: usersOf(choices, random),
    security: choices.security ?? pairDefaults.security(),
    alterId: alterIdOf(choices),
    local: { socks: choices.socksPort ?? SOCKS_PORT, http: choices.httpPort ?? HTTP_PORT },
  }
}

function addressOf({ address, purpose }: PairChoices): string {
  const text = address ?? (purpose === 'local' ? LOOPBACK : undefined)
  if (text === undefined) throw new Fault('CLI_INPUT_MISSING', { what: '--address is needed' })
  const bare = named('address', text.replace(/^\[(.*)\]$/, '$1'), values.checkAddress)
  const ip = parseIp(bare)
  return ip === undefined ? bare : formatIp(ip)
}

function listenOf({ purpose, listen, address }: PairChoices, port: number): PairPlan['listen'] {
  if (listen !== undefined) {
    if (values.checkPort(String(listen.port)) === undefined) return listen
    throw refuse('listen', 'has no port from 1 to 65535')
  }
  if (purpose === 'web') return { host: LOOPBACK, port: BEHIND_WEB_PORT }
  const ip = parseIp(address ?? LOOPBACK)
  const onlyHere = purpose === 'local' && ip?.length === 4 && ip[0] === 127
  return { host: onlyHere ? LOOPBACK : ip?.length === 16 ? '::' : ALL_INTERFACES, port }
}

interface Together {
  readonly purpose: PairPurpose
  readonly transport: PairTransport
  readonly mode: PairTlsMode
  readonly header: PairHeader | undefined
}

/** What excludes one another, whatever the core. */
function assertTogether({ purpose, transport, mode, header = 'none' }: Together): void {
  if (purpose === 'web' && !values.fitsBehindWeb(transport)) {
    throw refuse('transport', `${transport} does not pass a web server; ws, httpupgrade and grpc do`)
  }
  if ((purpose === 'web') !== (mode === 'front')) {
    throw refuse('tls', 'of a pair behind a web server is done by that server, and of no other pair')
  }
  if (transport === 'kcp' && mode !== 'none') throw refuse('tls', 'does not go with kcp; a seed protects it')
  if (transport === 'h2' && mode === 'none') throw refuse('tls', 'is needed by clients of h2')
  if (header === 'none') return
  const fits = transport === 'tcp' ? header === 'http' : transport === 'kcp' && header !== 'http'
  if (!fits) throw refuse('header', `${header} is none of ${transport}`)
}

type TransportChoices = PairChoices & { readonly transport: PairTransport; readonly host: string }

function transportOf(choices: TransportChoices, name: string, random: Random): ProfileTransport {
  const { host, header = 'none' } = choices
  const network: PairTransport = choices.transport
  const path = named('path', choices.path ?? pairDefaults.path(random), values.checkPath)
  switch (network) {
    case 'tcp':
      if (header === 'none') return { network, header }
      return { network, header: 'http', hosts: host === '' ? [] : [host], paths: [choices.path ?? '/'] }
    case 'ws':
    case 'httpupgrade':
      return { network, host, path }
    case 'h2':
      return { network, hosts: [host || (parseIp(name) === undefined ? name : H2_HOST)], path }
    case 'grpc': {
      const given = choices.serviceName ?? pairDefaults.serviceName(random)
      const serviceName = named('service-name', given, values.checkServiceName)
      return { network, serviceName, mode: 'gun', authority: '' }
    }
    case 'kcp': {
      const seed = named('seed', choices.seed ?? pairDefaults.seed(random), values.checkSeed)
      return { network, header: header === 'http' ? 'none' : header, seed }
    }
  }
}

interface TlsFacts {
  readonly mode: PairTlsMode
  readonly name: string
  readonly address: string
}

async function tlsOf(
  { certificateFile, keyFile }: PairChoices,
  { mode, name, address }: TlsFacts,
  makeCertificate: CertificateMaker,
): Promise<PairTls> {
  switch (mode) {
    case 'none':
      return { mode }
    case 'front':
      return { mode, serverName: name }
    case 'files':
      if (certificateFile === undefined || keyFile === undefined) {
        throw new Fault('CLI_INPUT_MISSING', { what: '--cert FILE and --key FILE are needed' })
      }
      return { mode, serverName: name, certificateFile, keyFile }
    case 'self-signed': {
      const { certificate, key, sha256 } = await makeCertificate([...new Set([name, address])])
      return { mode, serverName: name, certificate, key, sha256 }
    }
  }
}

function usersOf(
  { users, names = pairDefaults.names(users), id }: PairChoices,
  random: Random,
): readonly PairUser[] {
  const complaint = values.checkNames(names)
  if (complaint !== undefined) throw refuse('name', `of users ${complaint}`)
  return names.map((name, i) => ({
    name,
    uuid: i === 0 && id !== undefined ? parseUserId(id).uuid : makeUuid(random),
  }))
}

function alterIdOf({ alterId = 0 }: PairChoices): number {
  if (values.checkAlterId(String(alterId)) === undefined) return alterId
  throw refuse('alter-id', 'is not a number from 0 to 65535')
}

/** A text that passes its check; empty when there is none. */
function named(flag: string, text: string | undefined, check: (text: string) => string | undefined): string {
  const complaint = text === undefined ? undefined : check(text)
  if (complaint !== undefined) throw refuse(flag, complaint)
  return text ?? ''
}

function refuse(flag: string, complaint: string): Fault {
  return new Fault('PAIR_VALUE', { what: `--${flag} ${complaint}`, context: { flag } })
}
