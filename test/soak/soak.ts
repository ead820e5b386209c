/**
 * A client hop and a server hop of ours as two processes, every transport between them, and traffic
 * whose every byte is compared, while applications, targets and wires are killed at random. Now and
 * then the traffic rests: then both hops must hold nothing of it any more.
 */
import { makeSeededRandom } from '../../src/testing.js'
import { freePorts } from '../support/free-port.js'
import { type Memory, type OurProcess, type Report, startOurProcess } from '../support/our-process.js'
import { startTargets, type Targets } from '../support/targets.js'
import { socksInbound, type V2rayConfig, v2rayClient } from '../support/v2ray-config.js'
import { type Cell, makeCells } from './cells.js'
import { startEchoTarget, type EchoTarget } from './echo.js'
import type { SoakFlow } from './flow.js'
import { Ledger } from './ledger.js'
import { Load, type LoadCell } from './load.js'
import { startWire } from './wire.js'

const USER = { id: 'b831381d-6324-4d53-ad4f-8cda48b30811', alterId: 0, security: 'aes-128-gcm' }
/** Ends what a cut has left behind without a word, and the sources of datagrams that outlast their session. */
const IDLE_S = { long: 15, short: 6 }
/** Longer than that, and than an mKCP peer waits for the other. */
const REST_WITHIN_MS = 60_000
/** What Node does after the close of an HTTP/2 session takes a turn or two. */
const FAREWELL_MS = 1_000
/** Of the whole time; what is loaded and grown once comes before. */
const WARM_UP = 0.25
const RESTS = { long: 7, short: 1 }
/** How long a cut may go unnoticed by a connection that many flows share, new ones included. */
const NOTICE_MS = { tcp: 6_000, udp: 35_000 }
/** Cut mKCP conversations are noticed after half a minute only: shorter soaks do not cut them. */
const LONG_SECONDS = 60

export interface HopSample {
  readonly memory: Memory
  /** What keeps the event loop busy, by kind. */
  readonly resources: Readonly<Record<string, number>>
}

export interface Sample {
  readonly atSeconds: number
  readonly client: HopSample
  readonly server: HopSample
}

export interface HopEnd {
  readonly before: readonly string[]
  readonly left: readonly string[]
}

export interface SoakResult {
  readonly ledger: Ledger
  /** At rest, after the warm-up. */
  readonly samples: readonly Sample[]
  readonly client: HopEnd
  readonly server: HopEnd
}

export interface SoakOptions {
  readonly seconds: number
  /** Only cells of such a name. */
  readonly cells?: RegExp
  readonly onSample?: (sample: Sample, ledger: Ledger) => void
}

export async function runSoak({ seconds, cells, onSample }: SoakOptions): Promise<SoakResult> {
  const stage = await Stage.set(seconds, cells)
  const { load, ledger } = stage
  const samples: Sample[] = []
  const startedAt = performance.now()
  try {
    const busyMs = seconds * 1_000
    const rests = RESTS[lengthOf(seconds)]
    for (let rest = 0; rest <= rests; rest++) {
      const until = busyMs * (WARM_UP + ((1 - WARM_UP) * rest) / rests)
      await load.runFor(until - (performance.now() - startedAt))
      const [client, server] = await stage.rest()
      const sample = { atSeconds: Math.round((performance.now() - startedAt) / 1_000), client, server }
      samples.push(sample)
      onSample?.(sample, ledger)
    }
    return { ledger, samples, ...(await stage.stop()) }
  } catch (error) {
    await stage.stop()
    throw error
  }
}

type Hops = readonly [client: OurProcess, server: OurProcess]
type SoakTargets = readonly [EchoTarget, Targets]

class Stage {
  readonly ledger = new Ledger()
  readonly load: Load
  readonly #hops: Hops
  readonly #targets: SoakTargets
  readonly #cells: readonly LoadCell[]

  private constructor(
    hops: Hops,
    targets: SoakTargets,
    parts: { readonly cells: readonly LoadCell[]; readonly flows: Map<string, SoakFlow> },
  ) {
    this.#hops = hops
    this.#targets = targets
    this.#cells = parts.cells
    this.load = new Load({
      ...parts,
      ledger: this.ledger,
      random: makeSeededRandom(7),
      targetPort: targets[0].port,
      udpPorts: targets[1].udpEcho,
    })
  }

  static async set(seconds: number, wanted = /./): Promise<Stage> {
    const cells = (await makeCells()).filter(({ name }) => wanted.test(name))
    const ports = await freePorts(3 * cells.length)
    const at = (i: number): { wire: number; server: number; socks: number } => {
      const [wire, server, socks] = ports.slice(3 * i) as [number, number, number]
      return { wire, server, socks }
    }
    const wires = await Promise.all(
      cells.map((cell, i) => startWire(cell.wire, { port: at(i).wire, target: at(i).server })),
    )
    const policy = policyOf(seconds)
    const inbounds = { ...policy, ...serverConfig(cells, (i) => at(i).server) }
    const server = await startOurProcess([inbounds], { collects: true })
    const clients = cells.map((cell, i) => ({ ...policy, ...clientConfig(cell, at(i).socks, at(i).wire) }))
    const client = await startOurProcess(clients, { collects: true })
    const flows = new Map<string, SoakFlow>()
    const targets = [await startEchoTarget(flows), await startTargets(0)] as const
    const loadCells = cells.map((cell, i) => ({
      name: cell.name,
      socksPort: at(i).socks,
      wire: wires[i] as LoadCell['wire'],
      isCut: cell.wire === 'tcp' || lengthOf(seconds) === 'long',
      noticesWithin: NOTICE_MS[cell.wire],
      cutAt: Number.NEGATIVE_INFINITY,
    }))
    return new Stage([client, server], targets, { cells: loadCells, flows })
  }

  /** Waits until no flow is left in either hop, and looks what they hold then. */
  async rest(): Promise<[client: HopSample, server: HopSample]> {
    const [client, server] = this.#hops
    const atRest = ({ connections }: Report): boolean => connections === 0
    for (const hop of this.#hops) await hop.until('all flows are over', REST_WITHIN_MS, atRest)
    return [sampleOf(await client.report()), sampleOf(await server.report())]
  }

  async stop(): Promise<Pick<SoakResult, 'client' | 'server'>> {
    await this.load.stop()
    const [client, server] = this.#hops
    const ends = {
      client: endOf(await client.stop(FAREWELL_MS)),
      server: endOf(await server.stop(FAREWELL_MS)),
    }
    for (const { wire } of this.#cells) wire.stop()
    for (const target of this.#targets) await target.stop()
    return ends
  }
}

function sampleOf({ memory, open }: Report): HopSample {
  const resources: Record<string, number> = {}
  for (const kind of open) resources[kind] = (resources[kind] ?? 0) + 1
  return { memory, resources }
}

function endOf({ before, open }: Report): HopEnd {
  return { before: before.toSorted(), left: open.toSorted() }
}

function lengthOf(seconds: number): 'long' | 'short' {
  return seconds >= LONG_SECONDS ? 'long' : 'short'
}

/** A direction that has ended gives the other one its time: by default, a lossy wire would be too slow. */
function policyOf(seconds: number): Pick<V2rayConfig, 'policy'> {
  const idle = IDLE_S[lengthOf(seconds)]
  return { policy: { levels: { 0: { connIdle: idle, uplinkOnly: idle, downlinkOnly: idle } } } }
}

function serverConfig(cells: readonly Cell[], portOf: (i: number) => number): V2rayConfig {
  const inbounds = cells.map(({ stream }, i) => ({
    port: portOf(i),
    listen: '127.0.0.1',
    protocol: 'vmess',
    settings: { clients: [USER] },
    streamSettings: stream,
  }))
  return { inbounds, outbounds: [{ protocol: 'freedom' }] }
}

function clientConfig(cell: Cell, socksPort: number, port: number): V2rayConfig {
  const plain = v2rayClient(socksInbound(socksPort), { port, user: USER })
  const outbounds = plain.outbounds.map((given) => ({
    ...given,
    ...cell.outbound,
    streamSettings: cell.stream,
    settings: { ...(given as { settings: object }).settings, ...cell.settings },
  }))
  return { ...plain, outbounds }
}
