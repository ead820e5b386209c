/** HTTP proxy for local applications: CONNECT and plain requests (RFC 9110 §9.3.6, RFC 9112; config §3.7). */
import { makeAccountCheck } from '../account/accounts.js'
import type { InboundConfig } from '../config/config.js'
import type { Connection } from '../contracts/connection.js'
import type { OpenedFlow } from '../contracts/dispatcher.js'
import type { Inbound, InboundSurroundings } from '../contracts/inbound.js'
import { asFault, Fault } from '../faults/fault.js'
import { readCredentials } from '../http-proxy/basic.js'
import { HeadDecoder } from '../http-proxy/head-decoder.js'
import { encodeEstablished, encodeRefusal } from '../http-proxy/refusal.js'
import { type ForwardRequest, parseRequest, type ProxyRequest } from '../http-proxy/request.js'
import { systemTicker, type Ticker } from '../ports/ports.js'
import { makeAcceptor } from './acceptor.js'
import { HeadPhase } from './head-phase.js'
import { HttpExchange } from './http-exchange.js'
import {
  joinServer,
  logRefusal,
  makeFacts,
  type ProtocolServer,
  type ServerOptions,
} from './protocol-server.js'

export interface HttpServerOptions extends ServerOptions {
  /** Whether a request that names its host only in the Host header is taken. */
  readonly allowTransparent: boolean
}

type HttpConfig = Extract<InboundConfig, { protocol: 'http' }>

export function makeHttpInbound(config: HttpConfig, surroundings: InboundSurroundings): Inbound {
  const { tag, protocol, listen, settings } = config
  const { accounts, allowTransparent, userLevel: level } = settings
  const check = makeAccountCheck(accounts)
  const server = makeHttpServer({ tag, protocol, check, level, surroundings, allowTransparent })
  const { serve } = server
  return joinServer(makeAcceptor({ tag, protocol, listen, surroundings, serve, level }), server)
}

export function makeHttpServer(options: HttpServerOptions): ProtocolServer {
  return new HttpServer(options)
}

class HttpServer implements ProtocolServer {
  readonly #options: HttpServerOptions
  readonly #ticker: Ticker
  /** Connections between two requests, each with what stops its deadline. */
  readonly #waiting = new Map<Connection, () => void>()
  #closing = false

  constructor(options: HttpServerOptions) {
    this.#options = options
    this.#ticker = options.surroundings.ticker ?? systemTicker
  }

  readonly serve = (connection: Connection, headOver: () => void): void => {
    void this.#serve(connection, headOver)
  }

  close(): void {
    this.#closing = true
    for (const connection of [...this.#waiting.keys()]) connection.abort(new Fault('RELAY_STOPPED'))
  }

  /** One request after the other. Never rejects. */
  async #serve(connection: Connection, headOver: () => void): Promise<void> {
    let again = await this.#request(connection, headOver)
    while (again) {
      const over = this.#await(connection)
      again = await this.#request(connection, over)
    }
  }

  /** The acceptor's deadline is for the first head; this one is for each that follows. */
  #await(connection: Connection): () => void {
    const { handshakeMs } = this.#options.surroundings.policy(this.#options.level)
    const stop = this.#ticker(handshakeMs, () => {
      connection.abort(new Fault('RELAY_HEAD_TIMEOUT'))
    })
    this.#waiting.set(connection, stop)
    return () => {
      this.#waiting.delete(connection)
      stop()
    }
  }

  /** Reads and serves one request; resolves to whether another may follow. Never rejects. */
  async #request(connection: Connection, headOver: () => void): Promise<boolean> {
    const phase = new HeadPhase(connection, headOver)
    try {
      const session = new HeadDecoder()
      const head = await phase.read({ session, accept: (event) => event })
      if (head === undefined) {
        phase.farewell(undefined, this.#ticker)
        return false
      }
      const request = parseRequest(head, this.#options)
      headOver()
      const opened = await this.#open(request, { connection, phase })
      if (phase.closed) opened.abandon()
      else if (request.kind === 'forward') return await this.#forward(request, { connection, opened })
      else {
        connection.write(encodeEstablished())
        await opened.relay(connection)
      }
    } catch (error) {
      const fault = asFault(error)
      if (!phase.dialled) logRefusal(this.#options, connection.remote, fault)
      phase.farewell(encodeRefusal(fault), this.#ticker)
    }
    return false
  }

  #open(request: ProxyRequest, { connection, phase }: Asked): Promise<OpenedFlow> {
    const user = this.#authenticate(request)
    const { destination, kind } = request
    const facts = makeFacts(this.#options, {
      network: 'tcp',
      destination,
      source: connection.remote,
      user,
      ...(kind === 'forward' && { entrance: connection.local }),
    })
    const { dispatcher } = this.#options.surroundings
    // The end of a plain request's connection may be a half-close, so it is not watched for.
    return phase.dial((attempt) => dispatcher.open(facts, attempt), kind === 'connect')
  }

  /** The user's name, empty when no login is asked for. Throws `HTTP_LOGIN`. */
  #authenticate({ fields }: ProxyRequest): string {
    const { check } = this.#options
    if (check === undefined) return ''
    const given = readCredentials(fields)
    if (given === undefined) throw new Fault('HTTP_LOGIN', { why: 'there is no Basic login in the request' })
    if (check(given.user, given.pass)) return given.user
    throw new Fault('HTTP_LOGIN', { why: 'the name is unknown or the password differs' })
  }

  async #forward(request: ForwardRequest, { connection, opened }: Forwarding): Promise<boolean> {
    const exchange = await new Promise<HttpExchange>((resolve) => {
      const mayPersist = (): boolean => !this.#closing
      const started = new HttpExchange({ client: connection, request, mayPersist, onDone: resolve })
      void opened.relay(started)
    })
    if (exchange.lingers) new HeadPhase(connection, () => undefined).farewell(undefined, this.#ticker)
    return exchange.reusable
  }
}

interface Asked {
  readonly connection: Connection
  readonly phase: HeadPhase
}

interface Forwarding {
  readonly connection: Connection
  readonly opened: OpenedFlow
}
