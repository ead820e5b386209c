/** Vectors of request heads, through a whole `ServerSession`. */
import type { CryptoBackend } from '../../../src/crypto/backend.js'
import { isFault } from '../../../src/faults/fault.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import { sealAuthId } from '../../../src/vmess/auth-id.js'
import { sealRequest } from '../../../src/vmess/envelope.js'
import { sealLegacyRequest } from '../../../src/vmess/legacy-head.js'
import { encodeRequestHeader } from '../../../src/vmess/request-header.js'
import { type AcceptedRequest, ServerSession } from '../../../src/vmess/server-session.js'
import { SessionHistory } from '../../../src/vmess/session-history.js'
import { makeUser, type VmessUser } from '../../../src/vmess/user.js'
import { UserTable } from '../../../src/vmess/user-table.js'
import { need, needHex, type Vector } from '../vectors.js'

export interface RequestOutcome {
  /** `ok`, or the code of the fault. */
  readonly code: string
  readonly drains: boolean
  readonly request?: AcceptedRequest
}

/** A server that knows the vector's user and stands at its time. */
export class VectorServer {
  readonly user: VmessUser
  readonly #backend: CryptoBackend
  readonly #users: UserTable
  readonly #history: SessionHistory

  constructor(vector: Vector, backend: CryptoBackend) {
    const clock = () => Number(need(vector, 'clock')) * 1000
    this.user = makeUser({ uuid: needHex(vector, 'uuid'), alterId: Number(need(vector, 'alter-id')) })
    this.#backend = backend
    this.#users = new UserTable([this.user], clock)
    this.#history = new SessionHistory(clock)
  }

  /** Gives the pieces to a new session and then ends the input, until something is decided. */
  take(pieces: readonly Uint8Array[]): RequestOutcome {
    const session = new ServerSession({
      users: this.#users,
      history: this.#history,
      random: makeSeededRandom(),
      backend: this.#backend,
    })
    try {
      for (const piece of pieces) {
        session.receive(piece)
        const request = session.next()
        if (request !== undefined) return { code: 'ok', drains: session.drains, request }
      }
      session.finish()
      return { code: 'nothing', drains: session.drains }
    } catch (error) {
      if (!isFault(error)) throw error
      return { code: error.code, drains: session.drains }
    }
  }
}

/** The head again, from the values that were decoded. */
export function sealAgain(
  vector: Vector,
  backend: CryptoBackend,
  { header, user }: AcceptedRequest,
): Uint8Array {
  const plain = encodeRequestHeader(header)
  const { commandKey } = user
  if (vector.fields.get('legacy') === 'yes') {
    const seal = { commandKey, id: needHex(vector, 'id'), seconds: Number(need(vector, 'seconds')) }
    return sealLegacyRequest(seal, plain, backend)
  }
  const block = backend.aes128Block(user.authIdKey).decrypt(vector.bytes.subarray(0, 16))
  const seconds = Number(Buffer.from(block).readBigInt64BE())
  const authId = sealAuthId(user, { seconds, random: () => block.subarray(8, 12), backend })
  return sealRequest({ commandKey, authId, connectionNonce: vector.bytes.slice(34, 42) }, plain, backend)
}
