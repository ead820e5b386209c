import type { Destination } from '../address/destination.js'
import type { Connection, Lender } from '../contracts/connection.js'
import type { FlowFacts } from '../contracts/flow.js'
import type { InboundSurroundings } from '../contracts/inbound.js'
import { asFault, Fault } from '../faults/fault.js'
import { toHex } from '../bytes/bytes.js'
import { unwrapAddressed } from '../tunnel/addressed-packets.js'
import { BodyConnection } from '../tunnel/body-connection.js'
import { BodyPackets } from '../tunnel/body-packets.js'
import { type DrainDepth, type Drains, drain, drainLength } from '../tunnel/drain.js'
import { OPTION, WIRE_SECURITY } from '../vmess/body-plan.js'
import { AUTH_ID_BYTES } from '../vmess/constants.js'
import { type AcceptedRequest, ServerSession } from '../vmess/server-session.js'
import type { SessionHistory } from '../vmess/session-history.js'
import type { UserTable } from '../vmess/user-table.js'
import type { VmessUser } from '../vmess/user.js'
import type { LookUpTurns } from './look-up-turns.js'
import { type CarrierFacts, isMuxDestination, type VmessMux } from './vmess-mux.js'
import type { VmessRefusals } from './vmess-refusals.js'

/** What all connections of one inbound share. */
export interface VmessInboundShared {
  readonly tag: string
  readonly surroundings: InboundSurroundings
  readonly users: UserTable
  readonly turns: LookUpTurns
  readonly history: SessionHistory
  readonly depth: DrainDepth
  /** Connections whose target failed, until the client ends its side. */
  readonly drains: Drains
  readonly refusals: VmessRefusals
  readonly mux: VmessMux
  /** Refuses bodies that are not authenticated: none and aes-128-cfb (config §5.4). */
  readonly disableInsecureEncryption: boolean
}

const NOTHING = new Uint8Array(0)
/** Enough of a refused connection to say what it was. */
const EXPLAINED_BYTES = 256

/** One connection until its request header was opened or refused. */
export class VmessHead {
  readonly #shared: VmessInboundShared
  readonly #connection: Connection
  readonly #over: () => void
  readonly #session: ServerSession
  #firstBytes = NOTHING
  #received = 0
  readonly #abandoned = new AbortController()
  /** Somebody else reads the connection now. */
  #left = false

  /** `over`: see `ConnectionServer`. */
  constructor(shared: VmessInboundShared, connection: Connection, over: () => void) {
    const { users, history, surroundings } = shared
    this.#shared = shared
    this.#connection = connection
    this.#over = over
    this.#session = new ServerSession({
      users,
      history,
      random: surroundings.random,
      source: connection.remote.address,
    })
  }

  start(): void {
    this.#connection.start({
      onData: (bytes, lender) => {
        if (this.#received < AUTH_ID_BYTES && this.#received + bytes.length >= AUTH_ID_BYTES) {
          this.#lookUp(bytes, lender)
        } else this.#receive(bytes)
      },
      onEnd: () => {
        this.#cutShort()
      },
      onDrain: () => undefined,
      onClose: (fault) => {
        this.#over()
        this.#abandoned.abort(fault)
      },
    })
  }

  /** Whose head it is may take long to find out: then nothing more is read until that is known. */
  #lookUp(bytes: Uint8Array, lender: Lender): void {
    const { users, turns } = this.#shared
    const { address } = this.#connection.remote
    const authId = Buffer.concat([this.#firstBytes, bytes.subarray(0, AUTH_ID_BYTES)], AUTH_ID_BYTES)
    if (!users.warm(authId, address)) {
      this.#receive(bytes)
      return
    }
    this.#connection.pause()
    const kept = lender.keep(bytes)
    const { signal } = this.#abandoned
    turns.add(
      () => !signal.aborted && users.warm(authId, address),
      () => {
        if (signal.aborted) return
        this.#receive(kept)
        if (!this.#left) this.#connection.resume()
      },
    )
  }

  #receive(bytes: Uint8Array): void {
    this.#received += bytes.length
    if (this.#firstBytes.length < EXPLAINED_BYTES) this.#rememberFirst(bytes)
    let request: AcceptedRequest | undefined
    try {
      this.#session.receive(bytes)
      request = this.#session.next()
      if (request !== undefined) this.#assertWanted(request)
    } catch (error) {
      this.#refuse(asFault(error))
      return
    }
    if (request !== undefined) this.#accept(request)
  }

  #rememberFirst(bytes: Uint8Array): void {
    const part = bytes.subarray(0, EXPLAINED_BYTES - this.#firstBytes.length)
    this.#firstBytes = Buffer.concat([this.#firstBytes, part])
  }

  #cutShort(): void {
    // A port check connects and closes; that is not worth a line.
    if (this.#received > 0)
      this.#tell(new Fault('WIRE_TRUNCATED', { why: `${this.#received} bytes of a header` }))
    this.#connection.abort()
  }

  #assertWanted({ user, header }: AcceptedRequest): void {
    const context = { user: user.label }
    const { security } = header
    const insecure = security === WIRE_SECURITY.none || security === WIRE_SECURITY.aes128Cfb
    if (this.#shared.disableInsecureEncryption && insecure) {
      throw new Fault('VMESS_SECURITY', { why: 'this inbound refuses none and aes-128-cfb', context })
    }
  }

  /** Quietly: strangers are drained, users who did something wrong are closed at once (protocol §7.1). */
  #refuse(fault: Fault): void {
    this.#left = true
    this.#tell(fault)
    if (!this.#session.drains) {
      this.#connection.abort(fault)
      return
    }
    const length = drainLength(this.#shared.depth, this.#shared.surroundings.random)
    drain(this.#connection, { length: length - this.#received, fault, onClose: this.#over })
  }

  #tell(fault: Fault): void {
    const { refusals } = this.#shared
    const user = this.#session.user?.label
    refusals.tell({ connection: this.#connection, fault, firstBytes: this.#firstBytes, user })
  }

  #accept(request: AcceptedRequest): void {
    this.#left = true
    // The dial has its own deadline.
    this.#over()
    this.#connection.pause()
    this.#connection.unread(request.rest)
    const body = new BodyConnection(this.#connection, {
      head: request.responseHead,
      encoder: request.downlink,
      marksEnd: (request.header.options & OPTION.chunkStream) !== 0,
      decoder: request.uplink,
      peerMarksEnd: request.peerMarksEnd,
    })
    const facts = this.#facts(request.user)
    const { command, destination } = request.header
    // Only mux comes without a destination.
    if (destination === undefined || (command === 'tcp' && isMuxDestination(destination))) {
      this.#shared.mux.serve(body, facts, toHex(request.user.uuid))
    } else if (command === 'udp') this.#servePackets(body, { ...facts, network: 'udp', destination })
    else this.#serveStream(body, streamFacts(facts, destination))
  }

  /** Its promise never rejects, and nothing here waits for the end. */
  #servePackets(body: Connection, facts: FlowFacts): void {
    const plain = new BodyPackets(body, facts.destination)
    const packets = unwrapAddressed(plain, facts.destination)
    const onePeer = packets === plain && ({ onePeer: true } as const)
    void this.#shared.surroundings.dispatcher.relayPackets({ ...facts, ...onePeer }, packets)
  }

  #serveStream(body: BodyConnection, facts: FlowFacts): void {
    this.#shared.surroundings.dispatcher.open(facts, this.#abandoned).then(
      (flow) => {
        if (this.#abandoned.signal.aborted) flow.abandon()
        else void flow.relay(body)
      },
      (error: unknown) => {
        this.#targetFailed(body, asFault(error))
      },
    )
  }

  /** The header says that we understood, and what breaks off behind it that the target failed. */
  #targetFailed(body: BodyConnection, fault: Fault): void {
    const { drains } = this.#shared
    if (body.breakOff()) {
      // Until the client ends too, however much it still sends.
      drains.add(this.#connection, Number.POSITIVE_INFINITY, fault)
    } else drains.resetAfterwards(this.#connection, fault)
  }

  #facts({ email, level }: VmessUser): CarrierFacts {
    const source = this.#connection.remote
    return { inboundTag: this.#shared.tag, inboundProtocol: 'vmess', source, email, level }
  }
}

/** Written out, for a copy that grows is slow to make and to read (`static-read.ts`). */
function streamFacts(facts: CarrierFacts, destination: Destination): FlowFacts {
  const { inboundTag, inboundProtocol, source, email, level } = facts
  return { network: 'tcp', destination, inboundTag, inboundProtocol, source, email, level }
}
