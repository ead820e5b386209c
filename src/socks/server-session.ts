/**
 * The server's half of a SOCKS conversation up to the request, without a socket.
 *
 *     version ─5─▶ greeting ──▶ (login) ──▶ request ──▶ asked
 *        └────4──────────────────────────────▲
 *
 * After `asked` the bytes belong to the flow; `rest()` gives those that came early.
 */
import type { AccountCheck } from '../account/accounts.js'
import type { Destination } from '../address/destination.js'
import { ByteQueue } from '../bytes/byte-queue.js'
import { asFault, Fault } from '../faults/fault.js'
import { COMMAND, LOGIN_STATUS, METHOD, REPLY, type Reply, VERSION_4, VERSION_5 } from './constants.js'
import {
  decodeGreeting,
  decodeLogin,
  encodeLoginStatus,
  encodeMethod,
  greetingLength,
  loginLength,
} from './login.js'
import { encodeReply, encodeReply4 } from './reply.js'
import { decodeRequest, decodeRequest4, type Request, request4Length, requestLength } from './request.js'

export type SocksEvent =
  /** Send these bytes now. After a refusal the next call of `next` throws its fault. */
  { readonly kind: 'answer'; readonly bytes: Uint8Array } | SocksRequest

export interface SocksRequest {
  readonly kind: 'request'
  readonly command: 'connect' | 'associate'
  /** For `associate`: where the application says its datagrams come from; often 0.0.0.0:0. */
  readonly destination: Destination
  /** Who logged in; empty without a login. */
  readonly user: string
  /** Encodes the answer in the version that was spoken. */
  readonly reply: (reply: Reply, bound?: Destination) => Uint8Array
}

export interface SocksSessionOptions {
  /** Absent: no login. Present: SOCKS 4, which has none, is refused. */
  readonly check?: AccountCheck | undefined
  /** Whether UDP ASSOCIATE is offered. */
  readonly udp: boolean
}

type Version = typeof VERSION_4 | typeof VERSION_5

interface Dialect {
  readonly measure: (start: Uint8Array) => number | undefined
  readonly decode: (bytes: Uint8Array) => Request
  readonly reply: SocksRequest['reply']
  readonly commands: readonly SocksRequest['command'][]
}

const DIALECTS: Readonly<Record<Version, Dialect>> = {
  [VERSION_4]: {
    measure: request4Length,
    decode: decodeRequest4,
    reply: encodeReply4,
    commands: ['connect'],
  },
  [VERSION_5]: {
    measure: requestLength,
    decode: decodeRequest,
    reply: encodeReply,
    commands: ['connect', 'associate'],
  },
}

type State =
  | { readonly at: 'version' | 'greeting' | 'login' | 'asked' }
  | { readonly at: 'request'; readonly version: Version; readonly user: string }
  | { readonly at: 'failed'; readonly fault: Fault }

/** One read of 64 KiB may follow a head that was nearly complete; no head is longer than 522 bytes. */
const LIMIT = 128 * 1024

export class SocksServerSession {
  readonly #options: SocksSessionOptions
  readonly #queue = new ByteQueue(LIMIT, 'SOCKS head')
  #state: State = { at: 'version' }

  constructor(options: SocksSessionOptions) {
    this.#options = options
  }

  /** Copies the bytes. Throws `WIRE_TOO_LONG` past the limit, or the fault that was thrown before. */
  receive(bytes: Uint8Array): void {
    this.#guard(() => this.#queue.append(bytes))
  }

  /** Undefined: more bytes are needed. Throws a fault of area SOCKS or WIRE, the same one ever after. */
  next(): SocksEvent | undefined {
    return this.#guard(() => this.#step())
  }

  /** The peer is done; throws `WIRE_TRUNCATED` when it began and its request is not complete. */
  finish(): void {
    this.#guard(() => {
      if (this.#state.at === 'asked' || (this.#state.at === 'version' && this.#queue.length === 0)) return
      throw new Fault('WIRE_TRUNCATED', { why: `the SOCKS head ended in its ${this.#state.at}` })
    })
  }

  /** Bytes after the request; the caller owns them. */
  rest(): Uint8Array {
    return this.#queue.drain()
  }

  #guard<T>(action: () => T): T {
    if (this.#state.at === 'failed') throw this.#state.fault
    try {
      return action()
    } catch (error) {
      const fault = asFault(error)
      this.#state = { at: 'failed', fault }
      throw fault
    }
  }

  #step(): SocksEvent | undefined {
    const state = this.#state
    switch (state.at) {
      case 'version':
        return this.#version()
      case 'greeting':
        return this.#greeting()
      case 'login':
        return this.#login()
      case 'request':
        return this.#request(state)
      case 'asked':
        return undefined
      case 'failed':
        throw state.fault
    }
  }

  #version(): SocksEvent | undefined {
    const version = this.#queue.peek()[0]
    if (version === undefined) return undefined
    if (version === VERSION_4 && this.#options.check !== undefined) {
      return this.#refuse(
        encodeReply4(REPLY.notAllowed),
        'SOCKS_METHOD',
        'SOCKS 4 has no password, and one is wanted',
      )
    }
    if (version !== VERSION_4 && version !== VERSION_5) {
      throw new Fault('SOCKS_VERSION', { why: `the first byte is ${version}; expected 4 or 5` })
    }
    this.#state = version === VERSION_5 ? { at: 'greeting' } : { at: 'request', version, user: '' }
    return this.#step()
  }

  #greeting(): SocksEvent | undefined {
    const unit = this.#unit(greetingLength)
    if (unit === undefined) return undefined
    const wanted = this.#options.check === undefined ? METHOD.none : METHOD.login
    const methods = decodeGreeting(unit)
    if (!methods.includes(wanted)) {
      const why = `it offers ${methods.join(', ') || 'none'}; ${wanted} is wanted`
      return this.#refuse(encodeMethod(METHOD.unacceptable), 'SOCKS_METHOD', why)
    }
    this.#state = wanted === METHOD.none ? { at: 'request', version: VERSION_5, user: '' } : { at: 'login' }
    return { kind: 'answer', bytes: encodeMethod(wanted) }
  }

  #login(): SocksEvent | undefined {
    const unit = this.#unit(loginLength)
    if (unit === undefined) return undefined
    const { user, pass } = decodeLogin(unit)
    if (this.#options.check?.(user, pass) !== true) {
      const why = 'the name is unknown or the password differs'
      return this.#refuse(encodeLoginStatus(LOGIN_STATUS.refused), 'SOCKS_LOGIN', why)
    }
    this.#state = { at: 'request', version: VERSION_5, user }
    return { kind: 'answer', bytes: encodeLoginStatus(LOGIN_STATUS.granted) }
  }

  #request({ version, user }: Extract<State, { at: 'request' }>): SocksEvent | undefined {
    const { measure, decode, reply, commands } = DIALECTS[version]
    let request: Request
    try {
      const unit = this.#unit(measure)
      if (unit === undefined) return undefined
      request = decode(unit)
    } catch (error) {
      const fault = asFault(error)
      this.#state = { at: 'failed', fault }
      const code = fault.code === 'SOCKS_ADDRESS' ? REPLY.addressTypeNotSupported : REPLY.failure
      return { kind: 'answer', bytes: reply(code) }
    }
    const command = commands.find((name) => COMMAND[name] === request.command)
    if (command === undefined || (command === 'associate' && !this.#options.udp)) {
      const why = `the command is ${request.command}${command === undefined ? '' : ' and UDP is off'}`
      return this.#refuse(reply(REPLY.commandNotSupported), 'SOCKS_COMMAND', why)
    }
    this.#state = { at: 'asked' }
    return { kind: 'request', command, destination: request.destination, user, reply }
  }

  #refuse(
    bytes: Uint8Array,
    code: 'SOCKS_METHOD' | 'SOCKS_LOGIN' | 'SOCKS_COMMAND',
    why: string,
  ): SocksEvent {
    this.#state = { at: 'failed', fault: new Fault(code, { why }) }
    return { kind: 'answer', bytes }
  }

  #unit(measure: (start: Uint8Array) => number | undefined): Uint8Array | undefined {
    const length = measure(this.#queue.peek())
    return length === undefined ? undefined : this.#queue.take(length)
  }
}
