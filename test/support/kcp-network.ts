/** Two mKCP sessions with a network between them that has a clock of its own. */
import type { Segment } from '../../src/kcp/segment.js'
import { KcpSession } from '../../src/kcp/session.js'
import { type KcpSettings, tune } from '../../src/kcp/tuning.js'
import { makeSeededRandom } from '../../src/testing.js'

export interface NetworkOptions {
  readonly delayMs?: number
  /** Added to some packets, so that they arrive out of order. */
  readonly jitterMs?: number
  /** 0 to 1. */
  readonly loss?: number
  readonly seed?: number
  readonly settings?: Partial<KcpSettings>
}

export const SETTINGS: KcpSettings = {
  mtu: 1350,
  ttiMs: 50,
  uplinkCapacity: 5,
  downlinkCapacity: 20,
  congestion: false,
  readBuffer: 2 * 1024 * 1024,
  writeBuffer: 2 * 1024 * 1024,
}

/** One end, with an application that reads all there is unless it is told not to. */
export class KcpEnd {
  readonly session: KcpSession
  readonly chunks: Uint8Array[] = []
  /** Every packet it sent. */
  readonly sent: (readonly Segment[])[] = []
  reads = true
  wakeAt = 0
  received = 0

  constructor(make: (send: (segments: readonly Segment[]) => void) => KcpSession) {
    this.session = make((segments) => {
      this.sent.push(segments)
    })
  }

  /** Reads and sends. */
  turn(now: number): void {
    if (this.reads) this.#read()
    this.wakeAt = now + this.session.flush(now)
  }

  bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  #read(): void {
    for (let payload = this.session.read(); payload !== undefined; payload = this.session.read()) {
      this.chunks.push(payload)
      this.received += payload.length
    }
  }
}

interface Packet {
  readonly at: number
  readonly to: KcpEnd
  readonly segments: readonly Segment[]
}

export class KcpNetwork {
  readonly client: KcpEnd
  readonly server: KcpEnd
  readonly #options: Required<Omit<NetworkOptions, 'settings' | 'seed'>>
  readonly #random: (size: number) => Uint8Array
  /** Nothing passes while it is true. */
  cut = false
  now = 1_000_000
  packets = 0
  #onTheWay: Packet[] = []
  readonly #taken = new Map<KcpEnd, number>()

  constructor({ delayMs = 10, jitterMs = 0, loss = 0, seed = 1, settings = {} }: NetworkOptions = {}) {
    this.#options = { delayMs, jitterMs, loss }
    this.#random = makeSeededRandom(seed)
    const tuning = tune({ ...SETTINGS, ...settings }, 6)
    const end = (opens: boolean): KcpEnd =>
      new KcpEnd((send) => new KcpSession({ conversation: 9, tuning, opens, now: this.now, send }))
    this.client = end(true)
    this.server = end(false)
  }

  /** Lets time pass until something holds; throws when it does not within so many milliseconds. */
  until(what: string, holds: () => boolean, withinMs = 60_000): void {
    const end = this.now + withinMs
    this.step()
    while (!holds()) {
      const next = this.#next()
      if (next > end) throw new Error(`not within ${withinMs} ms: ${what}`)
      this.now = Math.max(this.now, next)
      this.step()
    }
  }

  /** Lets so much time pass. */
  pass(ms: number): void {
    const end = this.now + ms
    this.step()
    for (let next = this.#next(); next <= end; next = this.#next()) {
      this.now = Math.max(this.now, next)
      this.step()
    }
    this.now = end
    this.step()
  }

  /** What is due now. */
  step(): void {
    const due = this.#onTheWay.filter(({ at }) => at <= this.now)
    this.#onTheWay = this.#onTheWay.filter(({ at }) => at > this.now)
    for (const { to, segments } of due) to.session.input(segments, this.now)
    for (const end of [this.client, this.server]) {
      end.turn(this.now)
      this.#collect(end, end === this.client ? this.server : this.client)
    }
  }

  #next(): number {
    const arrivals = this.#onTheWay.map(({ at }) => at)
    return Math.min(this.client.wakeAt, this.server.wakeAt, ...arrivals)
  }

  #collect(from: KcpEnd, to: KcpEnd): void {
    const { delayMs, jitterMs, loss } = this.#options
    for (const segments of from.sent.slice(this.#taken.get(from) ?? 0)) {
      this.packets++
      const [lot = 0, late = 0] = this.#random(2)
      if (this.cut || lot < loss * 256) continue
      this.#onTheWay.push({ at: this.now + delayMs + (late * jitterMs) / 256, to, segments })
    }
    this.#onTheWay.sort((a, b) => a.at - b.at)
    this.#taken.set(from, from.sent.length)
  }
}
