/** Looking at a TLS server: what it sends, and whether clients will take it (failures C5, C10). */
import type { X509Certificate } from 'node:crypto'
import { formatHostPort } from '../address/destination.js'
import { parseIp } from '../address/ip.js'
import { certificatePins, type CertificatePins } from '../crypto/certificate.js'
import { Fault } from '../faults/fault.js'
import { type Clock, systemClock } from '../ports/ports.js'
import { isFor, probeTls, type TlsProbe } from '../transport/tls-probe.js'
import { withDeadline } from './deadline.js'
import { readTextFile } from './text-input.js'

export interface InspectTlsOptions {
  readonly host: string
  readonly port: number
  /** The name to ask for and to expect; `host` unless given. An IP address is expected, never asked for. */
  readonly sni?: string
  /** In the order of the offer; nothing is offered unless given. */
  readonly alpn?: readonly string[]
  /** PEM file of an authority to trust besides those of Node. */
  readonly caFile?: string
  /** For connecting and the handshake together; 10 s unless given. */
  readonly timeoutMs?: number
  readonly now?: Clock
}

export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  /** DNS names and IP addresses of the subject alternative names. */
  readonly names: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** `ec prime256v1`, `rsa 2048`. */
  readonly key: string
  readonly sha256: string
}

/** A reason for which clients refuse the server, or soon will. */
export interface TlsProblem {
  readonly code: TlsProblemCode
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint: string
}

export type TlsProblemCode =
  | 'tls.name'
  | 'tls.expired'
  | 'tls.not-yet-valid'
  | 'tls.expires-soon'
  | 'tls.self-signed'
  | 'tls.chain'
  | 'tls.untrusted'
  | 'tls.no-certificate'

export interface TlsReport extends Partial<CertificatePins> {
  readonly host: string
  readonly port: number
  /** The IP address that answered. */
  readonly address: string
  /** The name that was expected. */
  readonly name: string
  readonly protocol: string
  readonly cipher: string
  readonly alpn?: string
  readonly chain: readonly CertificateFacts[]
  readonly nameMatches: boolean
  /** Whether a client with these authorities takes chain and dates. */
  readonly trusted: boolean
  readonly problems: readonly TlsProblem[]
}

const TIMEOUT_MS = 10_000
const DAY_MS = 86_400_000
const SOON_DAYS = 14

/**
 * Shakes hands once and reports; a bad certificate is part of the report. Rejects with DIAL faults, with
 * TRANSPORT faults of a handshake that fails, and with those of `readTextFile`.
 */
export async function inspectTls(options: InspectTlsOptions): Promise<TlsReport> {
  const { host, port, alpn = [], caFile, timeoutMs = TIMEOUT_MS, now = systemClock } = options
  const name = options.sni ?? host
  const authorities = caFile === undefined ? [] : [await readTextFile(caFile)]
  const place = formatHostPort(host, port)
  const probe = await withDeadline(timeoutMs, `${place} did not finish`, (signal) =>
    probeTls({
      address: { kind: 'tcp', host, port },
      sni: parseIp(name) === undefined ? name : '',
      alpn,
      authorities,
      signal,
    }),
  )
  const [leaf] = probe.chain
  const nameMatches = leaf !== undefined && isFor(leaf, name)
  return {
    host,
    port,
    address: probe.address,
    name,
    protocol: probe.protocol,
    cipher: probe.cipher,
    ...(probe.alpn !== undefined && { alpn: probe.alpn }),
    ...(leaf !== undefined && certificatePins([leaf.raw, ...probe.chain.slice(1).map(({ raw }) => raw)])),
    chain: probe.chain.map(factsOf),
    nameMatches,
    trusted: probe.untrusted === undefined,
    problems: findProblems(probe, { name, nameMatches, now: now() }),
  }
}

/** What makes `--strict` fail. */
export function tlsFault({ problems }: TlsReport): Fault | undefined {
  const [first] = problems
  if (first === undefined) return undefined
  const code =
    first.code === 'tls.name'
      ? 'TRANSPORT_TLS_NAME'
      : /expire|valid/.test(first.code)
        ? 'TRANSPORT_TLS_EXPIRED'
        : 'TRANSPORT_TLS_UNTRUSTED'
  return new Fault(code, { why: first.message, hint: first.hint })
}

interface Expectation {
  readonly name: string
  readonly nameMatches: boolean
  readonly now: number
}

function findProblems(probe: TlsProbe, { name, nameMatches, now }: Expectation): TlsProblem[] {
  const [leaf] = probe.chain
  if (leaf === undefined) {
    return [problem('tls.no-certificate', 'the server sent no certificate', 'configure one on the server')]
  }
  const dates = dateProblem(leaf, now)
  const trust = dates?.severity === 'error' ? undefined : trustProblem(probe)
  const wrongName = nameMatches
    ? undefined
    : problem(
        'tls.name',
        `the certificate is not for ${name}; it is for ${namesOf(leaf).join(', ') || 'nobody'}`,
        'set serverName (sni) to one of its names, or get a certificate for this one',
      )
  const found = [dates, trust, wrongName].filter((one) => one !== undefined)
  return found.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
}

function dateProblem(leaf: X509Certificate, now: number): TlsProblem | undefined {
  const from = Date.parse(leaf.validFrom)
  const until = Date.parse(leaf.validTo)
  const days = (ms: number): string => `${Math.max(1, Math.round(ms / DAY_MS))} d`
  const renew = 'renew it and let the server load it; on a schedule it is done in time'
  if (now > until) return problem('tls.expired', `the certificate expired ${days(now - until)} ago`, renew)
  if (now < from) {
    const message = `the certificate is not valid yet, for another ${days(from - now)}`
    return problem('tls.not-yet-valid', message, 'check the clock of this machine: vmess clock')
  }
  if (until - now > SOON_DAYS * DAY_MS) return undefined
  return {
    ...problem('tls.expires-soon', `the certificate expires in ${days(until - now)}`, renew),
    severity: 'warning',
  }
}

function trustProblem({ untrusted, chain }: TlsProbe): TlsProblem | undefined {
  const last = chain.at(-1)
  if (untrusted === undefined || last === undefined) return undefined
  const selfSigned = last.subject === last.issuer
  if (selfSigned && chain.length === 1) {
    const hint = 'pin it, or give clients the certificate as an authority (--ca FILE tries that)'
    return problem('tls.self-signed', 'the certificate signs itself', hint)
  }
  const issuer = oneLine(last.issuer)
  if (!selfSigned && chain.length === 1) {
    const message = `the server sends its own certificate alone; what ${issuer} signed with is missing or unknown`
    return problem('tls.chain', message, 'configure the full chain (fullchain.pem), leaf first')
  }
  const message = `no authority that is known here stands behind the chain: ${issuer} (${untrusted})`
  return problem(
    'tls.untrusted',
    message,
    'give clients that authority (--ca FILE tries it), or pin the certificate',
  )
}

function problem(code: TlsProblemCode, message: string, hint: string): TlsProblem {
  return { code, severity: 'error', message, hint }
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  const { subject, issuer, validFrom, validTo, fingerprint256, publicKey } = certificate
  const { namedCurve, modulusLength } = publicKey.asymmetricKeyDetails ?? {}
  return {
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    names: namesOf(certificate),
    notBefore: new Date(validFrom),
    notAfter: new Date(validTo),
    key: [publicKey.asymmetricKeyType, namedCurve ?? modulusLength].filter(Boolean).join(' '),
    sha256: fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}

/** Node quotes a name with odd characters as JSON; those stay as they are. */
function namesOf({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? [])
}

/** Node puts each part of a name on a line of its own. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ')
}
