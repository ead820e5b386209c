/**
 * The client's half of a connection: a request head to send, and the response head to wait for.
 *
 *     length ──▶ header ──┬──▶ accepted                        AEAD
 *     legacy-header ──────┘                                    legacy
 *     any of them ──▶ failed                                   and there it stays
 *
 * The server answers only when its target does, so the uplink never waits for the response. Every
 * session, also that of a second attempt, makes a fresh head: servers refuse one that they have seen.
 */
import type { WireSecurity } from '../account/security.js'
import type { Destination } from '../address/destination.js'
import type { CryptoBackend, StreamCipher } from '../crypto/backend.js'
import { nodeBackend } from '../crypto/node-backend.js'
import { asFault, Fault } from '../faults/fault.js'
import type { Clock, Random } from '../ports/ports.js'
import { sealAuthId } from './auth-id.js'
import type { BodyDecoder, BodyEncoder } from './body.js'
import { type BodyKeys, makeBodyDecoder, makeBodyEncoder } from './body-codec.js'
import { type BodyPlan, planBody, WIRE_SECURITY } from './body-plan.js'
import {
  type Command,
  CONNECTION_NONCE_BYTES,
  KEY_BYTES,
  MAX_PADDING_BYTES,
  MAX_SEALED_HEADER_BYTES,
  RESPONSE_FIXED_BYTES,
  SEALED_LENGTH_BYTES,
  TAG_BYTES,
} from './constants.js'
import {
  type DirectionKeys,
  type HeadSeals,
  openHeader,
  openLength,
  responseKeys,
  responseSeals,
  sealRequest,
} from './envelope.js'
import { HeadBuffer } from './head-buffer.js'
import { largeChunkPadding } from './large-chunk-hint.js'
import { legacyResponseKeys, sealLegacyRequest } from './legacy-head.js'
import { encodeRequestHeader, type RequestHeader } from './request-header.js'
import { decodeResponseHeader, measureResponseHeader, RESPONSE_OPTION } from './response-header.js'
import type { ServerCommand } from './server-command.js'
import { legacyClientId, type VmessUser } from './user.js'

export interface ClientSessionOptions {
  readonly user: VmessUser
  /** Writes a legacy head, signed by the first alter id (by the main id where there is none). */
  readonly legacy: boolean
  readonly command: Command
  /** Absent for mux. */
  readonly destination?: Destination | undefined
  /** `zero` is `none` on the wire; what makes it zero are options without chunks. */
  readonly security: WireSecurity
  /** Option bits, see `OPTION`. */
  readonly options: number
  readonly clock: Clock
  readonly random: Random
  readonly backend?: CryptoBackend
  /** Tells a server of ours that we read chunks of any size and mark our end; others do not notice. */
  readonly largeChunks?: boolean
}

export interface AcceptedResponse {
  /** 0 from v2ray and its kin, our own options from sing-box and its kin (protocol §4.7). */
  readonly responseOption: number
  /** A downlink that ends without the chunk that says so was cut. */
  readonly peerMarksEnd: boolean
  readonly command?: ServerCommand
  readonly downlink: BodyDecoder
  /** Bytes received after the head: the beginning of the body. Not shared with the caller's memory. */
  readonly rest: Uint8Array
}

type State =
  | { readonly at: 'length' }
  | { readonly at: 'header'; readonly seals: HeadSeals; readonly length: number }
  | { readonly at: 'legacy-header'; readonly opener: StreamCipher; readonly fixed?: Uint8Array }
  | { readonly at: 'accepted' }
  | { readonly at: 'failed'; readonly fault: Fault }

type Progress = 'again' | 'more' | AcceptedResponse

const WIRE = {
  'aes-128-gcm': WIRE_SECURITY.aes128Gcm,
  'chacha20-poly1305': WIRE_SECURITY.chacha20Poly1305,
  'aes-128-cfb': WIRE_SECURITY.aes128Cfb,
  none: WIRE_SECURITY.none,
  zero: WIRE_SECURITY.none,
} as const satisfies Record<WireSecurity, number>

export class ClientSession {
  /** The whole request head. Must leave in one write, best together with the first chunk (protocol §3.3). */
  readonly head: Uint8Array
  readonly uplink: BodyEncoder
  readonly #backend: CryptoBackend
  readonly #random: Random
  readonly #plan: BodyPlan
  readonly #header: RequestHeader
  readonly #response: DirectionKeys
  readonly #input = new HeadBuffer()
  #state: State

  /** Throws `VMESS_OPTIONS` for options that do not go together and `VMESS_DOMAIN` for an unfit domain. */
  constructor(options: ClientSessionOptions) {
    this.#backend = options.backend ?? nodeBackend
    this.#random = options.random
    this.#header = makeHeader(options)
    const { security, command, bodyKey, bodyIv } = this.#header
    const form = command === 'udp' ? 'packet' : 'stream'
    this.#plan = planBody({ security, options: options.options, form })
    const request: DirectionKeys = { key: bodyKey, iv: bodyIv }
    this.#response = options.legacy ? legacyResponseKeys(request) : responseKeys(request)
    this.head = sealHead(options, this.#header, this.#backend)
    this.uplink = makeBodyEncoder(this.#plan, this.#keys(request), this.#around())
    this.#state = options.legacy ? { at: 'legacy-header', opener: this.#legacyOpener() } : { at: 'length' }
  }

  /** Takes bytes of the response, in pieces of any size; copies them. What follows it is its body. */
  receive(bytes: Uint8Array): void {
    if (this.#state.at === 'failed') throw this.#state.fault
    if (this.#state.at === 'accepted') {
      throw new Fault('INTERNAL_INVARIANT', { why: 'bytes after the response header belong to its body' })
    }
    this.#guarded(() => {
      this.#input.add(bytes)
    })
  }

  /** The response, once; undefined while bytes are missing. Throws the fault, and again on every call. */
  next(): AcceptedResponse | undefined {
    return this.#guarded(() => {
      let progress: Progress = 'again'
      while (progress === 'again') progress = this.#step()
      return progress === 'more' ? undefined : progress
    })
  }

  /** States that the server ended. Faults with `WIRE_TRUNCATED` unless the response was accepted. */
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
      if (this.#state.at !== 'failed') this.#state = { at: 'failed', fault: asFault(error) }
      throw error
    }
  }

  #step(): Progress {
    const state = this.#state
    switch (state.at) {
      case 'length':
        return this.#openLength()
      case 'header':
        return this.#openHeader(state)
      case 'legacy-header':
        return this.#openLegacy(state.opener, state.fixed)
      case 'accepted':
        return 'more'
      case 'failed':
        throw state.fault
      default:
        return state satisfies never
    }
  }

  #openLength(): Progress {
    const sealed = this.#input.take(SEALED_LENGTH_BYTES)
    if (sealed === undefined) return 'more'
    const seals = responseSeals(this.#response)
    const length = openLength(seals, sealed, this.#backend)
    if (length === undefined) throw new Fault('VMESS_RESPONSE_LENGTH_TAG')
    if (length < RESPONSE_FIXED_BYTES || length > MAX_SEALED_HEADER_BYTES) {
      throw new Fault('VMESS_HEADER_LENGTH', {
        why: `${length} bytes; ${RESPONSE_FIXED_BYTES} to ${MAX_SEALED_HEADER_BYTES} are read`,
      })
    }
    this.#state = { at: 'header', seals, length }
    return 'again'
  }

  #openHeader({ seals, length }: Extract<State, { at: 'header' }>): Progress {
    const sealed = this.#input.take(length + TAG_BYTES)
    if (sealed === undefined) return 'more'
    const plain = openHeader(seals, sealed, this.#backend)
    if (plain === undefined) throw new Fault('VMESS_RESPONSE_TAG')
    // What follows the command inside the seal is ignored, as v2ray does.
    return this.#accept(plain.subarray(0, measureResponseHeader(plain)))
  }

  #openLegacy(opener: StreamCipher, known: Uint8Array | undefined): Progress {
    // The cipher runs on into the body, so it may be given no byte more than the header has.
    const fixed = known ?? this.#opened(opener, RESPONSE_FIXED_BYTES)
    if (fixed === undefined) return 'more'
    this.#state = { at: 'legacy-header', opener, fixed }
    const command = this.#opened(opener, measureResponseHeader(fixed) - RESPONSE_FIXED_BYTES)
    if (command === undefined) return 'more'
    return this.#accept(Buffer.concat([fixed, command]), opener)
  }

  #opened(opener: StreamCipher, length: number): Uint8Array | undefined {
    const bytes = this.#input.take(length)
    return bytes === undefined ? undefined : opener.update(bytes)
  }

  #accept(unit: Uint8Array, running?: StreamCipher): AcceptedResponse {
    const { responseCheck, options, command } = decodeResponseHeader(unit)
    if (responseCheck !== this.#header.responseCheck) throw new Fault('VMESS_RESPONSE_CHECK')
    this.#state = { at: 'accepted' }
    return {
      responseOption: options,
      peerMarksEnd:
        options === RESPONSE_OPTION.marksEnd && this.#plan.marksEnd && this.#plan.form === 'stream',
      ...(command === undefined ? {} : { command }),
      downlink: makeBodyDecoder(this.#plan, this.#keys(this.#response, running), this.#around()),
      rest: this.#input.rest(),
    }
  }

  #legacyOpener(): StreamCipher {
    return this.#backend.aes128CfbDecryptor(this.#response.key, this.#response.iv)
  }

  #keys(direction: DirectionKeys, running?: StreamCipher): BodyKeys {
    const { bodyKey: requestKey, bodyIv: requestIv } = this.#header
    return { key: direction.key, iv: direction.iv, requestKey, requestIv, running }
  }

  #around() {
    return { backend: this.#backend, random: this.#random }
  }
}

function makeHeader(options: ClientSessionOptions): RequestHeader {
  const { random, destination, command, largeChunks } = options
  const bodyIv = random(KEY_BYTES)
  const bodyKey = random(KEY_BYTES)
  return {
    bodyIv,
    bodyKey,
    responseCheck: random(1)[0] as number,
    options: options.options,
    security: WIRE[options.security],
    command,
    destination,
    padding: largeChunks === true ? largeChunkPadding(bodyKey, random) : randomPadding(random),
  }
}

function randomPadding(random: Random): Uint8Array {
  return random((random(1)[0] as number) & MAX_PADDING_BYTES)
}

function sealHead(options: ClientSessionOptions, header: RequestHeader, backend: CryptoBackend): Uint8Array {
  const { user, random, clock } = options
  const { commandKey } = user
  const seconds = Math.floor(clock() / 1000)
  const plain = encodeRequestHeader(header)
  if (options.legacy)
    return sealLegacyRequest({ commandKey, id: legacyClientId(user), seconds }, plain, backend)
  const authId = sealAuthId(user, { seconds, random, backend })
  return sealRequest({ commandKey, authId, connectionNonce: random(CONNECTION_NONCE_BYTES) }, plain, backend)
}
