/**
 * Connections that never leave the process: for tests, and for joining two engines in one program.
 *
 * They keep the promises of every connection and are stricter than tcp where that shows mistakes: what
 * was written is lost on `abort`, delivery is never inside the call that caused it, and lent memory is
 * handed over as it is.
 */
import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import type {
  Address,
  ConnectOptions,
  Listener,
  ListenOptions,
  Tally,
  Transport,
} from '../contracts/transport.js'
import { formatHostPort } from '../address/destination.js'
import { Fault } from '../faults/fault.js'

export interface PairOptions {
  /** Unread bytes from which `write` returns false; 64 KiB if absent. */
  readonly highWaterMark?: number
  readonly near?: Endpoint
  readonly far?: Endpoint
  readonly nearTally?: Tally | undefined
  readonly farTally?: Tally | undefined
}

export interface MemoryTransportOptions {
  readonly name?: string
  readonly highWaterMark?: number
}

const HIGH_WATER_MARK = 65_536
const FIRST_EPHEMERAL_PORT = 49_152
const LOOPBACK = '127.0.0.1'

/** Two connections, each the far end of the other. */
export function makePair(options: PairOptions = {}): readonly [near: Connection, far: Connection] {
  const mark = options.highWaterMark ?? HIGH_WATER_MARK
  const near = options.near ?? { address: LOOPBACK, port: 1 }
  const far = options.far ?? { address: LOOPBACK, port: 2 }
  const a = new MemoryConnection({ local: near, remote: far, mark, tally: options.nearTally })
  const b = new MemoryConnection({ local: far, remote: near, mark, tally: options.farTally })
  a.join(b)
  b.join(a)
  return [a, b]
}

/** A network of its own: what listens on it is reached through the same object only. */
export function makeMemoryTransport(options: MemoryTransportOptions = {}): Transport {
  return new MemoryNetwork(options)
}

interface EndOptions {
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly mark: number
  readonly tally: Tally | undefined
}

/** Nobody writes into this memory again, so it can be parted with. */
const OWN_MEMORY: Lender = { keep: (bytes) => bytes }

class MemoryConnection implements Connection {
  readonly local: Endpoint
  readonly remote: Endpoint
  readonly #mark: number
  readonly #tally: Tally | undefined
  #peer: MemoryConnection | undefined
  #handler: ConnectionHandler | undefined
  readonly #inbox: Uint8Array[] = []
  #unread = 0
  #paused = true
  #scheduled = false
  #wantsDrain = false
  #ended = false
  #peerEnded = false
  #endTold = false
  #over = false
  #closeTold = false
  #fault: Fault | undefined

  constructor(options: EndOptions) {
    this.local = options.local
    this.remote = options.remote
    this.#mark = options.mark
    this.#tally = options.tally
  }

  join(peer: MemoryConnection): void {
    this.#peer = peer
  }

  get unsent(): number {
    return this.#peer === undefined ? 0 : this.#peer.#unread
  }

  start(handler: ConnectionHandler): void {
    // Whoever takes over is told of a close too, even if his predecessor was.
    if (handler !== this.#handler) this.#closeTold = false
    this.#handler = handler
    this.resume()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#schedule()
  }

  unread(bytes: Uint8Array): void {
    if (!this.#paused)
      throw new Fault('INTERNAL_INVARIANT', { why: 'unread on a connection that is not paused' })
    if (bytes.length === 0 || this.#over) return
    this.#inbox.unshift(bytes)
    this.#unread += bytes.length
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    const peer = this.#peer
    if (peer === undefined || this.#ended || this.#over || bytes.length === 0) return true
    this.#tally?.written.add(bytes.length)
    peer.#inbox.push(lender === undefined ? bytes : lender.keep(bytes))
    peer.#unread += bytes.length
    peer.#schedule()
    if (peer.#unread < this.#mark) return true
    this.#wantsDrain = true
    return false
  }

  end(): void {
    if (this.#ended || this.#over || this.#peer === undefined) return
    this.#ended = true
    this.#peer.#peerEnded = true
    this.#peer.#schedule()
    this.#schedule()
  }

  abort(cause?: Fault): void {
    this.#drop(cause)
    if (this.#peer !== undefined) this.#peer.#drop(new Fault('TRANSPORT_RESET'))
  }

  reset(cause?: Fault): void {
    this.abort(cause)
  }

  #drop(fault: Fault | undefined): void {
    if (this.#over) return
    this.#over = true
    this.#fault = fault
    this.#inbox.length = 0
    this.#unread = 0
    this.#schedule()
  }

  /** Later, but before any timer: no caller is ever called back inside its own call. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#deliver()
    })
  }

  #deliver(): void {
    this.#deliverData()
    if (this.#peer !== undefined) this.#peer.#tellDrain(this.#unread)
    if (!this.#paused && this.#unread === 0 && this.#peerEnded && !this.#endTold && !this.#over) {
      this.#endTold = true
      this.#handler?.onEnd()
    }
    this.#tellClose()
  }

  #deliverData(): void {
    while (!this.#paused && !this.#over) {
      const bytes = this.#inbox.shift()
      if (bytes === undefined) return
      this.#unread -= bytes.length
      this.#tally?.read.add(bytes.length)
      this.#handler?.onData(bytes, OWN_MEMORY)
    }
  }

  #tellDrain(left: number): void {
    if (!this.#wantsDrain || this.#over || left > this.#mark / 2) return
    this.#wantsDrain = false
    this.#handler?.onDrain()
  }

  #tellClose(): void {
    if (this.#ended && this.#endTold) this.#over = true
    if (!this.#over || this.#closeTold || this.#handler === undefined) return
    this.#closeTold = true
    this.#handler.onClose(this.#fault)
  }
}

class MemoryNetwork implements Transport {
  readonly name: string
  readonly #mark: number
  readonly #listening = new Map<string, ListenOptions>()
  #nextPort = FIRST_EPHEMERAL_PORT

  constructor(options: MemoryTransportOptions) {
    this.name = options.name ?? 'memory'
    this.#mark = options.highWaterMark ?? HIGH_WATER_MARK
  }

  async connect(address: Address, { signal, tally }: ConnectOptions): Promise<Connection> {
    // One turn later, as a real network: a listener that closes meanwhile refuses.
    await Promise.resolve()
    signal.throwIfAborted()
    const listening = this.#listening.get(keyOf(address)) ?? this.#listening.get(anyHostKeyOf(address))
    if (listening === undefined) {
      throw new Fault('DIAL_REFUSED', {
        why: `nothing listens on ${keyOf(address)} of the network ${this.name}`,
      })
    }
    const near = { address: LOOPBACK, port: this.#nextPort++ }
    const [ours, theirs] = makePair({
      highWaterMark: this.#mark,
      near,
      far: endpointOf(address),
      nearTally: tally,
      farTally: listening.tally,
    })
    listening.onConnection(theirs)
    return ours
  }

  listen(address: Address, options: ListenOptions): Promise<Listener> {
    const given = address.kind === 'tcp' && address.port === 0
    const real: Address = given ? { ...address, port: this.#nextPort++ } : address
    const key = keyOf(real)
    if (this.#listening.has(key)) {
      return Promise.reject(
        new Fault('TRANSPORT_LISTEN', { why: `${key} is in use on the network ${this.name}` }),
      )
    }
    this.#listening.set(key, options)
    return Promise.resolve({
      endpoint: endpointOf(real),
      close: () => {
        if (this.#listening.get(key) === options) this.#listening.delete(key)
        return Promise.resolve()
      },
    })
  }
}

function keyOf(address: Address): string {
  return address.kind === 'unix' ? address.path : formatHostPort(address.host, address.port)
}

function anyHostKeyOf(address: Address): string {
  return address.kind === 'unix' ? address.path : formatHostPort('0.0.0.0', address.port)
}

function endpointOf(address: Address): Endpoint {
  return address.kind === 'unix'
    ? { address: address.path, port: 0 }
    : { address: address.host, port: address.port }
}
