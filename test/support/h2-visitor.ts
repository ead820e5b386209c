/** A listener of HTTP/2 and clients that send it whatever bytes they like. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Connection } from '../../src/contracts/connection.js'
import type { Transport } from '../../src/contracts/transport.js'
import type { Fault } from '../../src/faults/fault.js'
import { Recorder } from '../../src/testing.js'
import { FRAME } from './h2-frames.js'
import { within } from './within.js'

const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const PATIENCE_MS = 10_000

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** What the listener and its inbound saw. */
export class Bench {
  readonly connections: Recorder[] = []
  readonly faults: Fault[] = []
  readonly #transport: Transport
  readonly #visitors: Visitor[] = []
  #port = 0
  #close: () => Promise<void> = () => Promise.resolve()
  #told: () => void = () => undefined

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async start(): Promise<this> {
    const listener = await this.#transport.listen(LOOPBACK, {
      onConnection: (connection: Connection) => {
        this.connections.push(new Recorder(connection))
        this.#told()
      },
      onFault: (fault) => {
        this.faults.push(fault)
        this.#told()
      },
    })
    this.#port = listener.endpoint.port
    this.#close = () => listener.close()
    return this
  }

  get address() {
    return { ...LOOPBACK, port: this.#port }
  }

  async visit(): Promise<Visitor> {
    const socket = connect(this.#port, '127.0.0.1')
    await once(socket, 'connect')
    const visitor = new Visitor(socket)
    this.#visitors.push(visitor)
    return visitor
  }

  /** Resolves when the listener has told something that makes it so. */
  until(what: string, holds: () => boolean): Promise<void> {
    const promise = new Promise<void>((resolve) => {
      this.#told = () => {
        if (holds()) resolve()
      }
      this.#told()
    })
    return within(PATIENCE_MS, what, promise)
  }

  /** The code and reason of the first fault. */
  async complaint(): Promise<{ code: string; why: string | undefined }> {
    await this.until('a fault', () => this.faults.length > 0)
    const [fault] = this.faults as [Fault]
    return { code: fault.code, why: fault.why }
  }

  async stop(): Promise<void> {
    for (const visitor of this.#visitors) visitor.socket.destroy()
    this.#transport.close?.()
    await this.#close()
  }
}

export class Visitor {
  readonly socket: Socket
  readonly frames: Frame[] = []
  /** Everything that came, for answers that are not HTTP/2. */
  text = ''
  #rest = Buffer.alloc(0)
  #skip: number
  #closed = false
  #told: () => void = () => undefined

  /** `skip`: bytes before the first frame, as of a client's preface. */
  constructor(socket: Socket, skip = 0) {
    this.socket = socket
    this.#skip = skip
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      this.#read(bytes)
      this.#told()
    })
    socket.on('close', () => {
      this.#closed = true
      this.#told()
    })
  }

  send(...parts: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(parts))
  }

  untilClosed(): Promise<void> {
    return this.#until('it is closed', () => this.#closed)
  }

  async untilText(text: string): Promise<void> {
    await this.#until(text, () => this.text.includes(text))
  }

  async untilFrame(type: keyof typeof FRAME, holds: (frame: Frame) => boolean = () => true): Promise<Frame> {
    const find = () => this.frames.find((frame) => frame.type === FRAME[type] && holds(frame))
    await this.#until(`a frame ${type}`, () => find() !== undefined)
    return find() as Frame
  }

  async untilAny(types: readonly (keyof typeof FRAME)[]): Promise<void> {
    const known = types.map((type) => FRAME[type] as number)
    await this.#until(`a frame ${types.join(' or ')}`, () =>
      this.frames.some(({ type }) => known.includes(type)),
    )
  }

  async untilFrames(count: number): Promise<void> {
    await this.#until(`${count} frames`, () => this.frames.length >= count)
  }

  #until(what: string, holds: () => boolean): Promise<void> {
    const promise = new Promise<void>((resolve) => {
      this.#told = () => {
        if (holds()) resolve()
      }
      this.#told()
    })
    return within(PATIENCE_MS, what, promise)
  }

  #read(bytes: Buffer): void {
    this.text += bytes.toString('latin1')
    const skipped = bytes.subarray(this.#skip)
    this.#skip -= bytes.length - skipped.length
    let rest = Buffer.concat([this.#rest, skipped])
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const end = 9 + rest.readUIntBE(0, 3)
      const [type = 0, flags = 0] = rest.subarray(3, 5)
      this.frames.push({ type, flags, stream: rest.readUInt32BE(5), payload: rest.subarray(9, end) })
      rest = rest.subarray(end)
    }
    this.#rest = rest
  }
}
