/** The traffic of a soak, and the killing. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../../src/ports/ports.js'
import { askByUdp, type FlowPlan, type Ground, SoakFlow } from './flow.js'
import type { Ledger } from './ledger.js'
import type { Wire } from './wire.js'

export interface LoadCell {
  readonly name: string
  readonly socksPort: number
  readonly wire: Wire
  /** Whether its wire is ever cut. */
  readonly isCut: boolean
  /** How long flows that begin after a cut may still suffer from it, in milliseconds. */
  readonly noticesWithin: number
  /** When that happened last, by `performance.now()`. */
  cutAt: number
}

export interface LoadOptions {
  readonly cells: readonly LoadCell[]
  /** Those that run, by name, for the far end. */
  readonly flows: Map<string, SoakFlow>
  readonly ledger: Ledger
  readonly random: Random
  readonly targetPort: number
  readonly udpPorts: readonly number[]
}

/** Applications at a time. */
const WORKERS = 24
/** One in so many … */
const UDP = 8
const APPLICATION_DIES = 8
const TARGET_DIES = 8
const STALLS = 16
const CUT_EVERY_MS = 400
const MOST_STALL_MS = 500
const DATAGRAMS = 4
const MOST_DATAGRAM = 1_400
/** Most flows are small, some are large. */
const SIZES = [1, 64, 4_096, 4_096, 65_536, 65_536, 65_536, 1_048_576, 1_048_576, 6_291_456]

export class Load {
  readonly #options: LoadOptions
  #resting = true
  #count = 0
  #workers: Promise<unknown> = Promise.resolve()

  constructor(options: LoadOptions) {
    this.#options = options
  }

  /** Runs traffic for so long, then waits until every flow has ended. */
  async runFor(ms: number): Promise<void> {
    this.#resting = false
    this.#workers = Promise.all(Array.from({ length: WORKERS }, () => this.#work()))
    const end = performance.now() + ms
    while (performance.now() < end) {
      await delay(Math.min(CUT_EVERY_MS, Math.max(0, end - performance.now())))
      this.#cut()
    }
    await this.stop()
  }

  async stop(): Promise<void> {
    this.#resting = true
    await this.#workers
  }

  async #work(): Promise<void> {
    while (!this.#resting) {
      const { cells, ledger } = this.#options
      // Every cell has its turn, whatever the dice say.
      const cell = cells[this.#count++ % cells.length] as LoadCell
      const tally = ledger.of(cell.name)
      const ground: Ground = {
        socksPort: cell.socksPort,
        targetPort: this.#options.targetPort,
        suffersFromCut: (startedAt) => startedAt <= cell.cutAt + cell.noticesWithin,
        took: (bytes) => {
          tally.bytes += bytes
        },
      }
      const { outcome, why } = this.#oneIn(UDP) ? await this.#ask(ground, tally) : await this.#flow(ground)
      ledger.note(cell.name, outcome, why)
    }
  }

  async #flow(ground: Ground): ReturnType<SoakFlow['run']> {
    const flow = new SoakFlow(this.#plan(), ground)
    this.#options.flows.set(flow.name, flow)
    try {
      return await flow.run()
    } finally {
      this.#options.flows.delete(flow.name)
    }
  }

  #ask(ground: Ground, tally: { datagrams: number }): ReturnType<typeof askByUdp> {
    const payloads = Array.from({ length: DATAGRAMS }, () => {
      tally.datagrams++
      return Buffer.from(this.#options.random(8 + this.#below(MOST_DATAGRAM)))
    })
    return askByUdp(ground, { ports: this.#options.udpPorts, payloads })
  }

  #plan(): FlowPlan {
    const bytes = 1 + this.#below(SIZES[this.#below(SIZES.length)] as number)
    const plan = { name: this.#count.toString(36).padStart(8, '0'), bytes }
    const at = 1 + this.#below(bytes)
    if (this.#oneIn(APPLICATION_DIES)) return { ...plan, dies: { who: 'application', at } }
    if (this.#oneIn(TARGET_DIES)) return { ...plan, dies: { who: 'target', at } }
    return this.#oneIn(STALLS) ? { ...plan, stallsMs: this.#below(MOST_STALL_MS) } : plan
  }

  #cut(): void {
    const { cells, ledger } = this.#options
    const cell = cells[this.#below(cells.length)] as LoadCell
    if (!cell.isCut || !cell.wire.cut(this.#below(1_000))) return
    cell.cutAt = performance.now()
    ledger.of(cell.name).cuts++
  }

  #oneIn(count: number): boolean {
    return this.#below(count) === 0
  }

  #below(limit: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#options.random(4)
    return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % limit
  }
}
