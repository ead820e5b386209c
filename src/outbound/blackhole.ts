/** Refuses everything (config §4.5). */
import type { BlackholeSettings, OutboundConfig } from '../config/config.js'
import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import type { PacketConnection, PacketHandler } from '../contracts/datagram.js'
import type { Outbound, OutboundSurroundings } from '../contracts/outbound.js'
import { Fault } from '../faults/fault.js'
import { systemTicker, type Ticker } from '../ports/ports.js'

type BlackholeConfig = Extract<OutboundConfig, { protocol: 'blackhole' }>

/** V2Ray's own text, with its superfluous last line. */
const FORBIDDEN =
  'HTTP/1.1 403 Forbidden\r\n' +
  'Connection: close\r\n' +
  'Cache-Control: max-age=3600, public\r\n' +
  'Content-Length: 0\r\n\r\n\r\n'

/** Time for the answer to be read before the connection is closed. */
const CLOSE_AFTER_MS = 1_000

const NOWHERE: Endpoint = { address: '', port: 0 }

/** `connect` rejects with `DIAL_BLOCKED`, or gives the HTTP answer, as the settings say. */
export function makeBlackholeOutbound(config: BlackholeConfig, surroundings: OutboundSurroundings): Outbound {
  const ticker = surroundings.ticker ?? systemTicker
  return {
    tag: config.tag,
    protocol: config.protocol,
    connect: () => connect(config.settings, ticker),
    associate: () => Promise.resolve(new SwallowedPackets()),
    close: () => Promise.resolve(),
  }
}

function connect({ response }: BlackholeSettings, ticker: Ticker): Promise<Connection> {
  if (response === 'none') return Promise.reject(new Fault('DIAL_BLOCKED'))
  return Promise.resolve(new ForbiddenConnection(ticker))
}

/** Gives its answer once, swallows what is written and closes after a second. */
class ForbiddenConnection implements Connection {
  readonly remote = NOWHERE
  readonly local = NOWHERE
  readonly unsent = 0
  readonly #ticker: Ticker
  #waiting: Uint8Array[] = [Buffer.from(FORBIDDEN)]
  #handler: ConnectionHandler | undefined
  #stop: (() => void) | undefined
  #paused = true
  #closed = false

  constructor(ticker: Ticker) {
    this.#ticker = ticker
  }

  start(handler: ConnectionHandler): void {
    this.#handler = handler
    this.resume()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    queueMicrotask(() => {
      this.#deliver()
    })
  }

  unread(bytes: Uint8Array): void {
    this.#waiting.unshift(bytes)
  }

  write(): boolean {
    return true
  }

  end(): void {
    // Nobody listens to what was written, so its end says nothing; the second decides.
  }

  abort(cause?: Fault): void {
    if (this.#closed) return
    this.#closed = true
    this.#stop?.()
    queueMicrotask(() => this.#handler?.onClose(cause))
  }

  reset(cause?: Fault): void {
    this.abort(cause)
  }

  #deliver(): void {
    while (!this.#paused && !this.#closed) {
      const bytes = this.#waiting.shift()
      if (bytes === undefined) break
      this.#handler?.onData(bytes, OWN_MEMORY)
    }
    if (this.#waiting.length > 0 || this.#closed) return
    this.#stop ??= this.#ticker(CLOSE_AFTER_MS, () => {
      this.#stop?.()
      if (!this.#closed) this.#handler?.onEnd()
      this.abort()
    })
  }
}

const OWN_MEMORY: Lender = { keep: (bytes) => bytes }

/** Takes every datagram and answers none. */
class SwallowedPackets implements PacketConnection {
  #handler: PacketHandler | undefined
  #closed = false

  start(handler: PacketHandler): void {
    this.#handler = handler
  }

  send(): void {
    // Swallowed; that is the purpose.
  }

  close(cause?: Fault): void {
    if (this.#closed) return
    this.#closed = true
    queueMicrotask(() => this.#handler?.onClose(cause))
  }
}
