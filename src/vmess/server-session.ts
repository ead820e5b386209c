/**
 * The server's half of a connection: request head in, an accepted request with its two body codecs out.
 *
 *     auth-id ──▶ length ──▶ header ──┬──▶ accepted            AEAD
 *        └──────▶ legacy-header ──────┘                        legacy
 *     any of them ──▶ failed                                   and there it stays
 *
 * No step answers the peer, and every fault before the header is known to be genuine asks the caller to
 * drain: read and drop, then close, so that a stranger cannot tell why (protocol §7.1).
 */
import type { CryptoBackend, StreamCipher } from '../crypto/backend.js'
import { nodeBackend } from '../crypto/node-backend.js'
import { asFault, Fault } from '../faults/fault.js'
import type { Random } from '../ports/ports.js'
import { acceptRequest, type AcceptedRequest } from './accepted-request.js'
import {
  AUTH_ID_BYTES,
  CONNECTION_NONCE_BYTES,
  HEADER_FIXED_BYTES,
  MAX_HEADER_BYTES,
  MAX_SEALED_HEADER_BYTES,
  MIN_HEADER_BYTES,
  SEALED_LENGTH_BYTES,
  TAG_BYTES,
} from './constants.js'
import { type HeadSeals, openHeader, openLength, requestSeals } from './envelope.js'
import { HeadBuffer } from './head-buffer.js'
import { legacyHeaderOpener } from './legacy-head.js'
import type { Claim } from './recent-set.js'
import { assertRequestChecksum, decodeRequestHeader, measureRequestHeader } from './request-header.js'
import { matchFault } from './rejection.js'
import type { SessionHistory } from './session-history.js'
import type { VmessUser } from './user.js'
import type { UserMatch, UserTable } from './user-table.js'

export type { AcceptedRequest } from './accepted-request.js'

export interface ServerSessionOptions {
  readonly users: UserTable
  readonly history: SessionHistory
  readonly random: Random
  readonly backend?: CryptoBackend
  /** The address of the client: users seen there lately are tried first. */
  readonly source?: string
}

type State =
  | { readonly at: 'auth-id' }
  | { readonly at: 'length'; readonly user: VmessUser; readonly authId: Uint8Array }
  | {
      readonly at: 'header'
      readonly user: VmessUser
      readonly authId: Uint8Array
      readonly seals: HeadSeals
      readonly length: number
    }
  | LegacyState
  | { readonly at: 'accepted' }
  | { readonly at: 'failed'; readonly fault: Fault }

interface LegacyState {
  readonly at: 'legacy-header'
  readonly user: VmessUser
  readonly auth: Uint8Array
  readonly opener: StreamCipher
  /** Plaintext as far as it was opened; bytes after the header are garbage and ignored. */
  readonly plain: Uint8Array
  opened: number
}

/** What a step of the machine leads to: another step, the request, or the wish for more bytes. */
type Progress = 'again' | 'more' | AcceptedRequest

export class ServerSession {
  readonly #options: ServerSessionOptions
  readonly #backend: CryptoBackend
  readonly #input = new HeadBuffer()
  #state: State = { at: 'auth-id' }
  #user: VmessUser | undefined
  #genuine = false

  constructor(options: ServerSessionOptions) {
    this.#options = options
    this.#backend = options.backend ?? nodeBackend
  }

  /** After a fault: whether the connection is to be drained before it is closed. */
  get drains(): boolean {
    return this.#state.at === 'failed' && !this.#genuine
  }

  /** Whether the header is known to come from one of the users, unaltered and for the first time. */
  get authenticated(): boolean {
    return this.#genuine
  }

  /** Who seems to be calling, as soon as the first bytes fit a user. For the log. */
  get user(): VmessUser | undefined {
    return this.#user
  }

  /** Takes bytes of the head, in pieces of any size; copies them. What follows the request is its body. */
  receive(bytes: Uint8Array): void {
    if (this.#state.at === 'failed') throw this.#state.fault
    if (this.#state.at === 'accepted') {
      throw new Fault('INTERNAL_INVARIANT', { why: 'bytes after the request belong to its body' })
    }
    this.#guarded(() => {
      this.#input.add(bytes)
    })
  }

  /** The request, once; undefined while bytes are missing. Throws the fault, and again on every call. */
  next(): AcceptedRequest | undefined {
    return this.#guarded(() => {
      let progress: Progress = 'again'
      while (progress === 'again') progress = this.#step()
      return progress === 'more' ? undefined : progress
    })
  }

  /** States that the peer ended. Faults with `WIRE_TRUNCATED` unless the request was accepted. */
  finish(): void {
    this.#guarded(() => {
      if (this.#state.at === 'accepted') return
      if (this.#state.at === 'failed') throw this.#state.fault
      throw new Fault('WIRE_TRUNCATED', { why: `${this.#input.length} bytes, in the ${this.#state.at}` })
    })
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      if (this.#state.at !== 'failed') this.#fail(asFault(error))
      throw error
    }
  }

  #fail(fault: Fault): void {
    // A damaged legacy header burns its second, or a recorded one could be tried with every change.
    const legacy = this.#state.at === 'legacy-header' ? this.#state : undefined
    if (legacy !== undefined && !this.#genuine && legacy.opened >= HEADER_FIXED_BYTES) {
      this.#options.users.taint(legacy.auth)
    }
    this.#state = { at: 'failed', fault }
  }

  #step(): Progress {
    const state = this.#state
    switch (state.at) {
      case 'auth-id':
        return this.#identify()
      case 'length':
        return this.#openLength(state.user, state.authId)
      case 'header':
        return this.#openHeader(state)
      case 'legacy-header':
        return this.#openLegacy(state)
      case 'accepted':
        return 'more'
      case 'failed':
        throw state.fault
      default:
        return state satisfies never
    }
  }

  #identify(): Progress {
    const { users, history, source } = this.#options
    const first = this.#input.take(AUTH_ID_BYTES)
    if (first === undefined) return 'more'
    const authId = new Uint8Array(first)
    const match: UserMatch | undefined = users.find(authId, source)
    this.#user = match?.user
    if (match?.kind === 'aead') {
      if (history.authIds.has(authId)) throw claimFault('seen', match.user)
      this.#state = { at: 'length', user: match.user, authId }
      return 'again'
    }
    if (match?.kind !== 'legacy') throw matchFault(match)
    this.#state = {
      at: 'legacy-header',
      user: match.user,
      auth: authId,
      opener: legacyHeaderOpener(match.user.commandKey, match.seconds, this.#backend),
      plain: new Uint8Array(MAX_HEADER_BYTES),
      opened: 0,
    }
    return 'again'
  }

  #openLength(user: VmessUser, authId: Uint8Array): Progress {
    const bytes = this.#input.take(SEALED_LENGTH_BYTES + CONNECTION_NONCE_BYTES)
    if (bytes === undefined) return 'more'
    const connectionNonce = bytes.subarray(SEALED_LENGTH_BYTES)
    const seals = requestSeals({ commandKey: user.commandKey, authId, connectionNonce })
    const length = openLength(seals, bytes.subarray(0, SEALED_LENGTH_BYTES), this.#backend)
    if (length === undefined) throw new Fault('VMESS_HEADER_LENGTH_TAG', about(user))
    if (length < MIN_HEADER_BYTES || length > MAX_SEALED_HEADER_BYTES) {
      throw new Fault('VMESS_HEADER_LENGTH', {
        why: `${length} bytes; ${MIN_HEADER_BYTES} to ${MAX_SEALED_HEADER_BYTES} are read`,
        ...about(user),
      })
    }
    this.#state = { at: 'header', user, authId, seals, length }
    return 'again'
  }

  #openHeader({ user, authId, seals, length }: Extract<State, { at: 'header' }>): Progress {
    const sealed = this.#input.take(length + TAG_BYTES)
    if (sealed === undefined) return 'more'
    const plain = openHeader(seals, sealed, this.#backend)
    if (plain === undefined) throw new Fault('VMESS_HEADER_TAG', about(user))
    assertNew(this.#options.history.authIds.claim(authId), user)
    this.#genuine = true
    // What follows the checksum inside the seal is ignored, as v2ray does; nobody is known to send it.
    const unit = plain.subarray(0, measureRequestHeader(plain) ?? plain.length)
    return this.#accept(user, unit, false)
  }

  #openLegacy(state: LegacyState): Progress {
    const received = this.#input.rest()
    const wanted = Math.min(received.length, state.plain.length)
    state.plain.set(state.opener.update(received.subarray(state.opened, wanted)), state.opened)
    state.opened = wanted
    const plain = state.plain.subarray(0, wanted)
    const length = measureRequestHeader(plain)
    if (length === undefined || length > wanted) return 'more'
    const unit = plain.subarray(0, length)
    assertRequestChecksum(unit)
    this.#input.take(length)
    this.#genuine = true
    return this.#accept(state.user, unit, true)
  }

  #accept(user: VmessUser, unit: Uint8Array, legacy: boolean): AcceptedRequest {
    const { users, history, random, source } = this.#options
    const header = decodeRequestHeader(unit)
    const { bodyKey, bodyIv } = header
    const request = acceptRequest(
      { user, header, legacy, rest: this.#input.rest() },
      { backend: this.#backend, random },
    )
    const claim = history.claim({ user, bodyKey, bodyIv })
    // For legacy this is how a repetition shows, and a stranger can repeat.
    if (claim !== 'new') this.#genuine = !legacy
    assertNew(claim, user)
    users.accepted(user, source)
    this.#state = { at: 'accepted' }
    return request
  }
}

function assertNew(claim: Claim, user: VmessUser): void {
  if (claim !== 'new') throw claimFault(claim, user)
}

function claimFault(claim: Exclude<Claim, 'new'>, user: VmessUser): Fault {
  return new Fault(claim === 'seen' ? 'VMESS_REPLAY' : 'VMESS_REPLAY_LIMIT', about(user))
}

function about(user: VmessUser) {
  return { context: { user: user.label } }
}
