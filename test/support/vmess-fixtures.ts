/** Users, a clock, and sessions to talk to, for tests of the protocol. */
import type { WireSecurity } from '../../src/account/security.js'
import type { Destination } from '../../src/address/destination.js'
import { isFault } from '../../src/faults/fault.js'
import type { FaultCode } from '../../src/faults/table.js'
import { makeFakeClock, makeSeededRandom } from '../../src/testing/fakes.js'
import { ClientSession, type ClientSessionOptions } from '../../src/vmess/client-session.js'
import { type AcceptedRequest, ServerSession } from '../../src/vmess/server-session.js'
import { SessionHistory } from '../../src/vmess/session-history.js'
import { makeUser, type VmessUser } from '../../src/vmess/user.js'
import { UserTable } from '../../src/vmess/user-table.js'

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const concat = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)
export const SITE: Destination = { kind: 'domain', host: 'www.example.com', port: 443 }

/** The code of the fault that `work` throws; `none` when it does not throw. */
export function codeOf(work: () => unknown): FaultCode | 'none' {
  try {
    work()
  } catch (error) {
    if (isFault(error)) return error.code
    throw error
  }
  return 'none'
}

export interface SceneOptions {
  readonly users?: readonly VmessUser[]
  readonly alterId?: number
  readonly historyLimit?: number
}

/** A server with its users at a fixed time, and clients of its first user. */
export function makeScene({ users, alterId = 0, historyLimit }: SceneOptions = {}) {
  const clock = makeFakeClock()
  const random = makeSeededRandom(11)
  const known = users ?? [makeUser({ uuid: random(16), alterId, email: 'ada@example.com', level: 2 })]
  const table = new UserTable(known, clock)
  const history = new SessionHistory(clock, historyLimit)
  const server = (source?: string): ServerSession =>
    new ServerSession({ users: table, history, random, ...(source !== undefined && { source }) })
  const client = (options: Partial<ClientSessionOptions> = {}): ClientSession =>
    new ClientSession({
      user: known[0] as VmessUser,
      legacy: false,
      command: 'tcp',
      destination: SITE,
      security: 'aes-128-gcm' satisfies WireSecurity,
      options: 0x0d,
      clock,
      random,
      ...options,
    })
  return { clock, random, users: known, table, history, server, client }
}

/** Gives a head to a fresh session of the scene and expects a request. */
export function accept(session: ServerSession, head: Uint8Array): AcceptedRequest {
  session.receive(head)
  const request = session.next()
  if (request === undefined) throw new Error('the head is not complete')
  return request
}
