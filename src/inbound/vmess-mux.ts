/** Mux carriers that clients opened: their sessions become flows of their own (protocol §5.4). */
import { type Destination, formatHostPort } from '../address/destination.js'
import { toHex } from '../bytes/bytes.js'
import type { Connection } from '../contracts/connection.js'
import type { PacketConnection } from '../contracts/datagram.js'
import type { FlowFacts } from '../contracts/flow.js'
import type { InboundSurroundings } from '../contracts/inbound.js'
import { asFault, type Fault } from '../faults/fault.js'
import { systemTicker } from '../ports/ports.js'
import { unwrapAddressed } from '../tunnel/addressed-packets.js'
import { LastingTable } from '../tunnel/lasting-packets.js'
import { MuxServer } from '../tunnel/mux-server.js'

/** What is known of the carrier, and true for all flows in it. */
export type CarrierFacts = Omit<FlowFacts, 'network' | 'destination'>

/** A carrier without a session is closed after one to two of these, as Xray does; so are lasting sources. */
const TICK_MS = 60_000
/** Once the inbound closes: how long a client may take to end a carrier that has nothing to carry. */
const FAREWELL_MS = 2_000
/** A request to this host asks for a carrier, as command 3 does. */
const MUX_HOST = 'v1.mux.cool'

/** Whether a tcp request to this destination opens a carrier. */
export function isMuxDestination(destination: Destination): boolean {
  return destination.kind === 'domain' && destination.host.toLowerCase() === MUX_HOST
}

/** All carriers of one inbound. */
export class VmessMux {
  readonly #surroundings: InboundSurroundings
  /** With whether it had no session at the last tick. */
  readonly #carriers = new Map<MuxServer, boolean>()
  readonly #lasting = new LastingTable()
  #stopTicker: (() => void) | undefined
  #closing = false

  constructor(surroundings: InboundSurroundings) {
    this.#surroundings = surroundings
  }

  /** Serves the sessions that come through `body`. `key` names the user, apart from all others. */
  serve(body: Connection, facts: CarrierFacts, key: string): void {
    const server: MuxServer = new MuxServer(body, {
      onStream: (stream, destination) => {
        this.#serveStream(stream, { ...facts, network: 'tcp', destination })
      },
      onPackets: (packets, destination, globalId) => {
        const flow = { ...facts, network: 'udp', destination } as const
        if (globalId === undefined) this.#servePackets(packets, flow)
        else this.#serveLasting(packets, flow, `${key} ${toHex(globalId)}`)
      },
      onSessionEnd: () => {
        if (this.#closing && server.sessions === 0) server.close()
      },
      onClose: (fault) => {
        this.#carriers.delete(server)
        this.#tell(facts, fault)
      },
    })
    this.#carriers.set(server, false)
    if (this.#closing) server.close()
    this.#watch()
  }

  /** Ends carriers that carry nothing now; the others end with their last session. */
  close(): void {
    this.#closing = true
    this.#lasting.close()
    this.#stopTicker?.()
    this.#stopTicker = undefined
    for (const server of [...this.#carriers.keys()]) if (server.sessions === 0) server.abort()
    if (this.#carriers.size > 0) this.#watch()
  }

  #serveStream(stream: Connection, facts: FlowFacts): void {
    const abandoned = new AbortController()
    stream.start({
      onData: () => undefined,
      onEnd: () => undefined,
      onDrain: () => undefined,
      onClose: (fault) => {
        abandoned.abort(fault)
      },
    })
    // What the client says meanwhile waits for the target.
    stream.pause()
    this.#surroundings.dispatcher.open(facts, abandoned).then(
      (flow) => {
        if (abandoned.signal.aborted) flow.abandon()
        else void flow.relay(stream)
      },
      (error: unknown) => {
        stream.abort(asFault(error))
      },
    )
  }

  /** Its promise never rejects, and nothing here waits for the end. */
  #servePackets(packets: PacketConnection, facts: FlowFacts): void {
    void this.#surroundings.dispatcher.relayPackets(facts, unwrapAddressed(packets, facts.destination))
  }

  #serveLasting(session: PacketConnection, facts: FlowFacts, key: string): void {
    this.#lasting.attach(key, session, (packets) => {
      this.#servePackets(packets, facts)
    })
  }

  #watch(): void {
    const { ticker = systemTicker } = this.#surroundings
    this.#stopTicker ??= ticker(this.#closing ? FAREWELL_MS : TICK_MS, () => {
      this.#tick()
    })
  }

  #tick(): void {
    if (this.#closing) this.#closeIdle()
    else this.#lasting.onTick()
    for (const [server, wasIdle] of [...this.#carriers]) {
      const idle = server.sessions === 0
      if (idle && wasIdle && !this.#closing) server.close()
      this.#carriers.set(server, idle)
    }
    if (this.#carriers.size > 0 || this.#lasting.waiting) return
    this.#stopTicker?.()
    this.#stopTicker = undefined
  }

  #closeIdle(): void {
    for (const server of [...this.#carriers.keys()]) if (server.sessions === 0) server.close()
  }

  #tell({ source, inboundTag, email }: CarrierFacts, fault: Fault | undefined): void {
    if (fault === undefined) return
    this.#surroundings.logger.info('mux carrier closed', {
      inbound: inboundTag,
      source: formatHostPort(source.address, source.port),
      email: email === '' ? undefined : email,
      code: fault.code,
      reason: fault.message,
    })
  }
}
