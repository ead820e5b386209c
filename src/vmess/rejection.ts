/**
 * Why a connection was refused, for the log of a server that knows its users (failures §8). Nothing of
 * this ever reaches the wire.
 */
import { asBuffer, equal } from '../bytes/bytes.js'
import { Fault } from '../faults/fault.js'
import { HmacMd5 } from '../crypto/hmac-md5.js'
import { AUTH_ID_BYTES, TIME_WINDOW_SECONDS } from './constants.js'
import { timeField } from './legacy-head.js'
import { nextAlterId, type VmessUser } from './user.js'
import type { UserMatch } from './user-table.js'

/** The fault of a head whose first sixteen bytes lead to no session. */
export function matchFault(match: Exclude<UserMatch, { kind: 'aead' | 'legacy' }> | undefined): Fault {
  if (match === undefined) return new Fault('VMESS_UNKNOWN_USER')
  const context = { user: match.user.label }
  if (match.kind === 'tainted') return new Fault('VMESS_LEGACY_TAINTED', { context })
  const seconds = Math.abs(match.ahead)
  const direction = match.ahead < 0 ? 'behind' : 'ahead of'
  return new Fault('VMESS_CLOCK_SKEW', {
    why: `it is ${seconds} s ${direction} ours; ${TIME_WINDOW_SECONDS} s are allowed`,
    context: { ...context, seconds: match.ahead },
  })
}

/** What somebody spoke instead of VMess. */
interface OtherProtocol {
  readonly pattern: RegExp
  readonly reason: string
}

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: these are bytes, not text
const OTHER_PROTOCOLS: readonly OtherProtocol[] = [
  { pattern: /^PRI \* HTTP\/2/, reason: 'the client speaks HTTP/2: an h2 or grpc client, or a browser' },
  {
    pattern: /^(?:GET|POST|HEAD|PUT|OPTIONS|CONNECT|DELETE|PATCH|TRACE) /,
    reason: 'the client speaks HTTP: a ws or http client, a browser or a scanner',
  },
  { pattern: /^\x16\x03/, reason: 'the client speaks TLS, this inbound does not' },
  { pattern: /^SSH-/, reason: 'an SSH client or a scanner' },
  { pattern: /^\x05[\x01-\x05]/, reason: 'a SOCKS5 client on the VMess port' },
  { pattern: /^\x04[\x01\x02]/, reason: 'a SOCKS4 client on the VMess port' },
]
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: these are bytes, not text

const REQUEST_LINE = /^[A-Z]+ (\S{1,100}) HTTP\/1\.[01]\r\n/
/** Signatures tried for one explanation: some two milliseconds of work, that a stranger may cause. */
const SIGNATURE_BUDGET = 500

export interface RejectionFacts {
  readonly users: Iterable<VmessUser>
  /** Unix seconds. */
  readonly now: number
}

/**
 * One sentence on what the first bytes of a refused connection were, as far as they tell. Costs up to
 * two milliseconds: the caller limits how often it asks.
 */
export function explainRejection(firstBytes: Uint8Array, facts: RejectionFacts): string {
  if (firstBytes.length === 0) return 'nothing was sent: a scanner, a health check, or a client that waits'
  const text = asBuffer(firstBytes).toString('latin1')
  const other = OTHER_PROTOCOLS.find(({ pattern }) => pattern.test(text))
  if (other !== undefined) {
    const path = REQUEST_LINE.exec(text)?.[1]
    return path === undefined ? other.reason : `${other.reason}; it asks for ${path}`
  }
  if (firstBytes.length < AUTH_ID_BYTES) return `${firstBytes.length} bytes only; a request has at least 58`
  return explainLegacy(firstBytes.subarray(0, AUTH_ID_BYTES), facts) ?? UNKNOWN
}

const UNKNOWN = 'an id that is not ours, a legacy header with its clock far off, or not VMess at all'

/**
 * Looks for a legacy signature of any user: of one without alter ids, whose legacy header is refused, or
 * in a second far from now. Searches from now outwards until the budget is used up.
 */
function explainLegacy(auth: Uint8Array, { users, now }: RejectionFacts): string | undefined {
  const signers: { readonly user: VmessUser; readonly hmac: HmacMd5 }[] = []
  for (const user of users) {
    if (signers.length >= SIGNATURE_BUDGET / 2) break
    signers.push({ user, hmac: new HmacMd5(user.uuid) }, { user, hmac: new HmacMd5(nextAlterId(user.uuid)) })
  }
  const distances = signers.length === 0 ? 0 : SIGNATURE_BUDGET / signers.length / 2
  for (let distance = 0; distance < distances; distance++) {
    for (const seconds of [now - distance, now + distance]) {
      const signer = signers.find(({ hmac }) => equal(hmac.digest(timeField(seconds)), auth))
      if (signer !== undefined) return describeLegacy(signer.user, seconds - now)
    }
  }
  return undefined
}

function describeLegacy(user: VmessUser, ahead: number): string {
  const sender = `user ${user.label} sends a legacy header`
  if (Math.abs(ahead) > TIME_WINDOW_SECONDS) {
    return `${sender} and its clock is ${Math.abs(ahead)} s ${ahead < 0 ? 'behind' : 'ahead'}`
  }
  return `${sender} (alterId above 0 on the client); set alterId to 0 there`
}
