/**
 * Every transport is cut after each of many numbers of bytes, by an end in the middle of everything, which is
 * the cut that looks most like an orderly end. Neither the application nor the target may take it for one.
 */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/v2ray-json.js'
import { type Instance, startInstance } from '../../src/engine/instance.js'
import { hiddenReset } from '../../src/transport/hidden-reset.js'
import { type Cell, makeCells } from '../soak/cells.js'
import { freePorts } from '../support/free-port.js'
import { silentLogger } from '../support/silent-logger.js'
import { socksConnect } from '../support/socks-client.js'
import { socksInbound, v2rayClient, type V2rayConfig } from '../support/v2ray-config.js'

const USER = { id: 'b831381d-6324-4d53-ad4f-8cda48b30811', alterId: 0, security: 'aes-128-gcm' }
const QUESTION = Buffer.alloc(700, 'q')
const ANSWER = Buffer.alloc(900, 'a')
/** Cuts of one cell in each direction, over the bytes that pass when nothing is cut. */
const CUTS = 8

type Direction = 'uplink' | 'downlink'

interface Limits {
  readonly uplink: number
  readonly downlink: number
}

/** Passes bytes on until so many have passed in one direction, then ends both sides and drops what still comes. */
class Wire {
  limits: Limits = { uplink: Number.POSITIVE_INFINITY, downlink: Number.POSITIVE_INFINITY }
  readonly passed = { uplink: 0, downlink: 0 }
  readonly #server: Server
  readonly #open = new Set<Socket>()

  constructor(target: number) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
      const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
      this.#join(near, far)
    })
  }

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as { port: number }).port
  }

  /** Anew, without the connections there are. */
  reset(limits: Limits): void {
    for (const socket of this.#open) socket.destroy()
    Object.assign(this.passed, { uplink: 0, downlink: 0 })
    this.limits = limits
  }

  stop(): void {
    this.reset(this.limits)
    this.#server.close()
  }

  #join(near: Socket, far: Socket): void {
    const pair = [near, far]
    let cut = false
    const pass = (from: Socket, to: Socket, direction: Direction): void => {
      from.on('data', (bytes: Buffer) => {
        const room = this.limits[direction] - this.passed[direction]
        this.passed[direction] += bytes.length
        if (cut) return
        to.write(bytes.subarray(0, Math.max(0, room)))
        if (bytes.length < room) return
        cut = true
        for (const socket of pair) socket.end()
      })
      from.on('end', () => to.end())
      from.on('error', () => undefined)
      from.on('close', () => {
        to.destroy()
        this.#open.delete(from)
      })
      this.#open.add(from)
    }
    pass(near, far, 'uplink')
    pass(far, near, 'downlink')
  }
}

/** What one end of a flow has seen. */
interface Seen {
  bytes: number
  ended: boolean
}

/** Takes the question, and answers when it is whole. */
class Target {
  port = 0
  seen: Seen = { bytes: 0, ended: false }
  #closed: Promise<unknown> = Promise.resolve()
  readonly #server = createServer({ allowHalfOpen: true }, (socket) => {
    const seen = this.seen
    this.#closed = once(socket, 'close').catch(() => undefined)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      seen.bytes += bytes.length
      if (seen.bytes === QUESTION.length) socket.end(ANSWER)
    })
    socket.on('end', () => {
      seen.ended = hiddenReset(socket) === undefined
      socket.end()
    })
  })

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as { port: number }).port
  }

  reset(): void {
    this.seen = { bytes: 0, ended: false }
    this.#closed = Promise.resolve()
  }

  /** What it has seen, once its connection is gone; at once if it never had one. */
  async verdict(): Promise<Seen> {
    await this.#closed
    return this.seen
  }

  stop(): void {
    this.#server.close()
  }
}

interface Stage {
  readonly wire: Wire
  readonly target: Target
  readonly socksPort: number
  readonly instances: readonly Instance[]
}

const stages: Stage[] = []
afterAll(async () => {
  for (const { wire, target, instances } of stages) {
    wire.stop()
    await Promise.all(instances.map((instance) => instance.stop({ graceMs: 0 })))
    target.stop()
  }
})

async function setStage(cell: Cell): Promise<Stage> {
  const target = new Target()
  await target.start()
  const settings = { clients: [USER] }
  const [serverPort, socksPort] = (await freePorts(2)) as [number, number]
  const inbound = {
    port: serverPort,
    listen: '127.0.0.1',
    protocol: 'vmess',
    settings,
    streamSettings: cell.stream,
  }
  const server = await start({ inbounds: [inbound], outbounds: [{ protocol: 'freedom' }] })
  const wire = new Wire(serverPort)
  const plain = v2rayClient(socksInbound(socksPort), { port: await wire.start(), user: USER })
  const outbounds = plain.outbounds.map((given) => ({
    ...given,
    ...cell.outbound,
    streamSettings: cell.stream,
  }))
  const client = await start({ ...plain, outbounds })
  const stage = { wire, target, socksPort, instances: [client, server] }
  stages.push(stage)
  return stage
}

function start(config: V2rayConfig): Promise<Instance> {
  const policy = { levels: { 0: { uplinkOnly: 20, downlinkOnly: 20 } } }
  const { config: parsed } = parseConfig(JSON.stringify({ ...config, policy }), { file: 'test.json' })
  return startInstance(parsed, { logger: silentLogger })
}

/** One flow under these limits: what the application and the target have seen of it. */
async function run({ wire, target, socksPort }: Stage, limits: Limits): Promise<readonly [Seen, Seen]> {
  wire.reset(limits)
  target.reset()
  const seen = { bytes: 0, ended: false }
  try {
    const socket = await socksConnect(socksPort, { host: '127.0.0.1', port: target.port })
    const closed = once(socket, 'close').catch(() => undefined)
    socket.on('data', (bytes) => {
      seen.bytes += bytes.length
    })
    socket.on('end', () => {
      seen.ended = hiddenReset(socket) === undefined
      socket.end()
    })
    socket.end(QUESTION)
    await closed
  } catch {
    // SOCKS said no: the wire was cut before there was a flow.
  }
  return [seen, await target.verdict()]
}

/** A target may be connected to and left again without a word: the flow was given up while it was dialled. */
function assertNoFalseEnd(moment: string, [application, far]: readonly [Seen, Seen]): void {
  const isFalse = (seen: Seen, bytes: number) => seen.ended && seen.bytes !== bytes
  if (isFalse(application, ANSWER.length))
    throw new Error(`${moment}: the application took ${application.bytes} bytes for everything`)
  if (isFalse(far, QUESTION.length) && far.bytes > 0)
    throw new Error(`${moment}: the target took ${far.bytes} bytes for everything`)
}

const cells = (await makeCells()).filter(({ wire }) => wire === 'tcp')
const NEVER: Limits = { uplink: Number.POSITIVE_INFINITY, downlink: Number.POSITIVE_INFINITY }

describe.each(cells)('$name: a cut', (cell) => {
  it.each(['uplink', 'downlink'] as const)('of the %s is an end to nobody', async (direction) => {
    const stage = await setStage(cell)
    const [application, far] = await run(stage, NEVER)
    expect([application, far]).toEqual([
      { bytes: ANSWER.length, ended: true },
      { bytes: QUESTION.length, ended: true },
    ])
    const whole = stage.wire.passed[direction]
    // A plain stream, where nothing but VMess can tell, byte for byte around every border of chunks.
    const step = cell.name === 'tcp, single' ? 7 : Math.ceil(whole / CUTS)
    for (let at = 1; at < whole; at += step) {
      assertNoFalseEnd(`cut after ${at} of ${whole}`, await run(stage, { ...NEVER, [direction]: at }))
    }
  })
})
