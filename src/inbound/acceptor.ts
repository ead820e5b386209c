/** What every listening inbound shares: its listeners, and the connections still in their head. */
import type { ListenConfig } from '../config/config.js'
import type { Connection } from '../contracts/connection.js'
import type { ConnectionServer, Inbound, InboundSurroundings } from '../contracts/inbound.js'
import type { Address, Listener } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import type { FaultCode } from '../faults/table.js'
import { systemTicker } from '../ports/ports.js'
import { hasDescriptors } from './descriptors.js'

export interface AcceptorOptions {
  readonly tag: string
  readonly protocol: string
  readonly listen: ListenConfig
  readonly surroundings: InboundSurroundings
  readonly serve: ConnectionServer
  /** Whose handshake time counts; VMess has level 0 for everyone (config §9.1). */
  readonly level?: number
  /** Whether the process may open one more file; asks the system, if absent. */
  readonly hasDescriptors?: () => boolean
}

const BEAT_MS = 1_000
/** Connections in their head from which on somebody looks whether descriptors run out. */
const MANY_HEADS = 64
/** Share of them that make room when there are none left: those that have said nothing for longest. */
const SACRIFICE = 1 / 4

/**
 * An inbound with one listener per port of `listen`, or one on its unix path.
 *
 * A connection whose head is not over after the handshake time of `level` is aborted with
 * `RELAY_HEAD_TIMEOUT`, up to a second late; one still in its head when the inbound closes, with
 * `RELAY_STOPPED`. The server that has it learns so in `onClose`. When many connections in their head have
 * used up the file descriptors, the oldest make room for others, with `TRANSPORT_DESCRIPTORS`.
 */
export function makeAcceptor(options: AcceptorOptions): Inbound {
  return new Acceptor(options)
}

class Acceptor implements Inbound {
  readonly tag: string
  readonly protocol: string
  readonly listeners: Listener[] = []
  readonly #options: AcceptorOptions
  readonly #handshakeMs: number
  /** Connections in their head, oldest first, each with the beat at which it was accepted. */
  readonly #heads = new Map<Connection, number>()
  #beat = 0
  #stopBeat: (() => void) | undefined
  #closed = false

  constructor(options: AcceptorOptions) {
    this.tag = options.tag
    this.protocol = options.protocol
    this.#options = options
    this.#handshakeMs = options.surroundings.policy(options.level ?? 0).handshakeMs
  }

  async start(): Promise<void> {
    const { transport, tally, logger } = this.#options.surroundings
    const onConnection = (connection: Connection): void => {
      this.#accept(connection)
    }
    const onFault = ({ code, message, context: { source } }: Fault): void => {
      const fields = { inbound: this.tag, code, reason: message }
      // A transport that names the source has refused what a client sent.
      if (source === undefined) logger.warning('a connection could not be accepted', fields)
      else logger.warning('rejected', { ...fields, source })
    }
    try {
      for (const address of addressesOf(this.#options.listen)) {
        this.listeners.push(await transport.listen(address, { onConnection, onFault, tally }))
      }
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const closing = this.listeners.splice(0).map((listener) => listener.close())
    // Copied: a head that is ended takes itself out.
    for (const connection of [...this.#heads.keys()]) this.#endHead(connection, 'RELAY_STOPPED')
    this.#rest()
    await Promise.all(closing)
  }

  #accept(connection: Connection): void {
    if (this.#closed || this.#handshakeMs === 0) {
      connection.abort(new Fault(this.#closed ? 'RELAY_STOPPED' : 'RELAY_HEAD_TIMEOUT'))
      return
    }
    this.#heads.set(connection, this.#beat)
    this.#stopBeat ??= (this.#options.surroundings.ticker ?? systemTicker)(BEAT_MS, () => {
      this.#tick()
    })
    this.#options.serve(connection, () => {
      this.#heads.delete(connection)
    })
  }

  #tick(): void {
    if (this.#heads.size === 0) {
      this.#rest()
      return
    }
    this.#beat++
    for (const [connection, acceptedAt] of this.#heads) {
      // The beat in which it was accepted was not whole, hence "more than".
      if ((this.#beat - acceptedAt - 1) * BEAT_MS < this.#handshakeMs) break
      this.#endHead(connection, 'RELAY_HEAD_TIMEOUT')
    }
    this.#makeRoom()
  }

  #makeRoom(): void {
    const { hasDescriptors: hasMore = hasDescriptors, surroundings } = this.#options
    if (this.#heads.size < MANY_HEADS || hasMore()) return
    const count = Math.ceil(this.#heads.size * SACRIFICE)
    const { code, message } = new Fault('TRANSPORT_DESCRIPTORS', {
      why: `${this.#heads.size} connections are in their head; the oldest ${count} are closed`,
    })
    surroundings.logger.warning('a connection could not be accepted', {
      inbound: this.tag,
      code,
      reason: message,
    })
    for (const connection of [...this.#heads.keys()].slice(0, count)) this.#endHead(connection, code)
  }

  #endHead(connection: Connection, code: FaultCode): void {
    this.#heads.delete(connection)
    connection.abort(new Fault(code))
  }

  #rest(): void {
    this.#stopBeat?.()
    this.#stopBeat = undefined
  }
}

function addressesOf(listen: ListenConfig): readonly Address[] {
  if (listen.kind === 'unix') return [{ kind: 'unix', path: listen.path }]
  return listen.ports.map((port) => ({ kind: 'tcp', host: listen.host, port }))
}
