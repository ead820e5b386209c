/** One application of a soak: what it sends through a cell, and how that has to end. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { hiddenReset } from '../../src/transport/hidden-reset.js'
import { pattern } from '../support/pattern.js'
import { PatternCheck } from '../support/pattern-check.js'
import { socksConnect, socksUdp } from '../support/socks-client.js'
import { type Expected, HEAD_BYTES, NAME_BYTES } from './echo.js'
import type { Outcome } from './ledger.js'

/** An application gives up when nothing moves for so long. */
const PATIENCE_MS = 20_000

/** What one flow does. */
export interface FlowPlan {
  readonly name: string
  readonly bytes: number
  /** Who ends it before its time, and after how many bytes. */
  readonly dies?: { readonly who: 'application' | 'target'; readonly at: number }
  /** Does not read for so long, once half of it is there. */
  readonly stallsMs?: number
}

/** What a flow knows of the cell that it runs over. */
export interface Ground {
  readonly socksPort: number
  readonly targetPort: number
  /** Whether its wire was cut so that a flow which began then, by `performance.now()`, may have noticed. */
  readonly suffersFromCut: (startedAt: number) => boolean
  readonly took: (bytes: number) => void
}

export interface Verdict {
  readonly outcome: Outcome
  readonly why?: string
}

export class SoakFlow implements Expected {
  readonly name: string
  readonly bytes: number
  readonly #plan: FlowPlan
  readonly #ground: Ground
  readonly #startedAt = performance.now()
  #taken = 0
  #killed = false
  #wrong: string | undefined

  constructor(plan: FlowPlan, ground: Ground) {
    this.name = plan.name
    this.bytes = plan.bytes
    this.#plan = plan
    this.#ground = ground
  }

  get targetDiesAt(): number | undefined {
    return this.#plan.dies?.who === 'target' ? this.#plan.dies.at : undefined
  }

  died(): void {
    this.#killed = true
  }

  wrong(why: string): void {
    this.#wrong ??= why
  }

  /** Never rejects. */
  async run(): Promise<Verdict> {
    let why = ''
    try {
      const { socksPort, targetPort } = this.#ground
      const socket = await socksConnect(socksPort, { host: '127.0.0.1', port: targetPort })
      try {
        await this.#converse(socket)
      } finally {
        socket.destroy()
      }
    } catch (error) {
      why = (error as Error).message
    }
    return this.#verdict(why)
  }

  #verdict(failure: string): Verdict {
    if (this.#wrong !== undefined) return { outcome: 'wrong', why: `${this.#describe()}: ${this.#wrong}` }
    if (failure === '') return { outcome: 'whole' }
    if (this.#killed || this.#ground.suffersFromCut(this.#startedAt)) return { outcome: 'killed' }
    return { outcome: 'wrong', why: `${this.#describe()}: ${failure}` }
  }

  #describe(): string {
    const { dies, stallsMs } = this.#plan
    const ms = Math.round(performance.now() - this.#startedAt)
    const plan = dies === undefined ? '' : `, ${dies.who} dies at ${dies.at}`
    return `${this.name}${plan}${stallsMs === undefined ? '' : ', stalls'}, ${this.#taken} of ${this.bytes} bytes after ${ms} ms`
  }

  async #converse(socket: Socket): Promise<void> {
    const patience = new Patience(socket)
    const received = this.#receive(socket, patience)
    const sent = this.#send(socket)
    // Whichever fails first destroys the socket, and the other one hears of that.
    const settled = await Promise.allSettled([received, sent])
    patience.stop()
    for (const each of settled) if (each.status === 'rejected') throw each.reason
  }

  async #send(socket: Socket): Promise<void> {
    const head = Buffer.alloc(HEAD_BYTES)
    head.write(this.name, 'latin1')
    head.writeUInt32BE(this.bytes, NAME_BYTES)
    socket.write(head)
    for (const block of pattern(this.name, this.bytes)) {
      if (socket.destroyed) throw new Error('closed before all had gone')
      if (!socket.write(block)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
    }
    socket.end()
  }

  /** Everything, and the end after it. */
  #receive(socket: Socket, patience: Patience): Promise<void> {
    const check = new PatternCheck(this.name, this.bytes)
    const { dies, stallsMs } = this.#plan
    let stalls = stallsMs !== undefined
    return new Promise((resolve, reject) => {
      socket.on('data', (chunk: Buffer) => {
        patience.renew()
        try {
          check.take(chunk)
        } catch (error) {
          this.wrong(`at the application ${(error as Error).message}`)
          socket.destroy()
        }
        this.#taken += chunk.length
        this.#ground.took(chunk.length)
        if (dies?.who === 'application' && this.#taken >= dies.at) {
          this.#killed = true
          socket.resetAndDestroy()
        } else if (stalls && this.#taken >= this.bytes / 2) {
          stalls = false
          socket.pause()
          void delay(stallsMs).then(() => socket.resume())
        }
      })
      socket.on('end', () => {
        if (hiddenReset(socket) !== undefined) socket.destroy()
        else if (check.complete) resolve()
        else {
          // Whoever was killed: a cut is never told as an end.
          this.wrong('an end before everything had come')
          reject(new Error('cut short'))
        }
      })
      socket.on('close', () => reject(new Error(patience.lost ? 'nothing moved any more' : 'closed')))
    })
  }
}

/** Destroys a socket on which nothing moves. */
class Patience {
  readonly #socket: Socket
  readonly #timer: NodeJS.Timeout
  #renewedAt = performance.now()
  lost = false

  constructor(socket: Socket) {
    this.#socket = socket
    this.#timer = setInterval(() => this.#look(), 1_000)
  }

  renew(): void {
    this.#renewedAt = performance.now()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    if (performance.now() - this.#renewedAt < PATIENCE_MS) return
    this.lost = true
    this.#socket.destroy()
  }
}

/** Datagrams to two targets by turns from one association. Never rejects. */
export async function askByUdp(
  ground: Ground,
  { ports, payloads }: { readonly ports: readonly number[]; readonly payloads: readonly Buffer[] },
): Promise<Verdict> {
  const startedAt = performance.now()
  try {
    const udp = await socksUdp(ground.socksPort)
    try {
      for (const [i, payload] of payloads.entries()) {
        const port = ports[i % ports.length] as number
        const answer = await udp.ask({ host: '127.0.0.1', port }, payload)
        if (!answer.equals(payload)) return { outcome: 'wrong', why: 'a datagram came back different' }
        ground.took(answer.length)
      }
    } finally {
      udp.close()
    }
    return { outcome: 'whole' }
  } catch (error) {
    if (ground.suffersFromCut(startedAt)) return { outcome: 'killed' }
    return { outcome: 'lost', why: (error as Error).message }
  }
}
