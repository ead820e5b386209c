/** Resident memory of each hop: idle, per thousand idle connections, and while a reader stalls. */
import { setTimeout as delay } from 'node:timers/promises'
import { peakResidentMiB, residentMiB } from './accounting.js'
import { type Bench, figure, ratio, type Surroundings, type Table } from './bench.js'
import { type Carrier, makeCarriers } from './carriers.js'
import { type Maker, type Pair, startPair } from './pair.js'

const MAKERS: readonly Maker[] = ['v2ray', 'ours']
const SETTLE_MS = 1_500
/** Enough that what the process holds once for all of them counts little. */
const HELD = 2_000
const GIB = 1024 ** 3

interface Memory {
  readonly client: number
  readonly server: number
}

export const memory: Bench = (surroundings) => measureIdle(surroundings, { title: 'Memory' })

export const tlsMemory: Bench = async (surroundings) => {
  const { wsTls } = await makeCarriers()
  return measureIdle(surroundings, { title: 'Memory over ws + TLS', carrier: wsTls })
}

async function measureIdle(
  surroundings: Surroundings,
  { title, carrier }: { title: string; carrier?: Carrier },
): Promise<Table> {
  const idle = new Map<Maker, Memory>()
  const perThousand = new Map<Maker, Memory>()
  for (const maker of MAKERS) {
    surroundings.progress(`${title.toLowerCase()}: ${maker}`)
    await withPair({ maker, ...(carrier && { carrier }) }, surroundings, async (pair) => {
      await delay(SETTLE_MS)
      const before = resident(pair)
      await surroundings.load.run({ kind: 'hold', port: pair.port, count: HELD })
      await delay(SETTLE_MS)
      const after = resident(pair)
      await surroundings.load.run({ kind: 'release' })
      idle.set(maker, before)
      const each = (a: number, b: number) => ((a - b) * 1_000) / HELD
      perThousand.set(maker, {
        client: each(after.client, before.client),
        server: each(after.server, before.server),
      })
    })
  }
  return {
    title,
    note: `MiB resident, after a rest of 1.5 s; ${HELD} idle connections that have carried one byte back. Ratio to v2ray.`,
    columns: ['what', 'pair', 'client hop', 'ratio', 'server hop', 'ratio'],
    rows: [...tabulate('idle', idle), ...tabulate('1000 idle connections add', perThousand)],
  }
}

export const stalled: Bench = async (surroundings) => {
  const uplink = new Map<Maker, Memory>()
  const downlink = new Map<Maker, Memory>()
  const bytes = surroundings.quick ? GIB / 4 : GIB
  for (const maker of MAKERS) {
    for (const [kind, rises] of [
      ['upload-stalled', uplink],
      ['download-stalled', downlink],
    ] as const) {
      surroundings.progress(`stalled: ${maker}, ${kind}`)
      await withPair({ maker }, surroundings, async (pair) => {
        const before = resident(pair)
        await surroundings.load.run({ kind, port: pair.port, bytes })
        const client = peakResidentMiB(pair.client.pid) - before.client
        rises.set(maker, { client, server: peakResidentMiB(pair.server.pid) - before.server })
      })
    }
  }
  return {
    title: 'A reader that stalls',
    note: `Rise of the highest resident memory, MiB, while ${bytes / GIB} GiB go to a reader that reads nothing for two seconds.`,
    columns: ['direction', 'pair', 'client hop', 'ratio', 'server hop', 'ratio'],
    rows: [...tabulate('upload', uplink), ...tabulate('download', downlink)],
  }
}

async function withPair(
  { maker, carrier }: { maker: Maker; carrier?: Carrier },
  { target, ourHop }: Surroundings,
  work: (pair: Pair) => Promise<void>,
): Promise<void> {
  const security = 'aes-128-gcm'
  const ends = { client: maker, server: maker, security, targetPort: target.port }
  const pair = await startPair({ ...ends, ourHop, ...(carrier && { carrier }) })
  try {
    await work(pair)
  } finally {
    await pair.stop()
  }
}

function resident(pair: Pair): Memory {
  return { client: residentMiB(pair.client.pid), server: residentMiB(pair.server.pid) }
}

function tabulate(what: string, figures: ReadonlyMap<Maker, Memory>): string[][] {
  const reference = figures.get('v2ray')
  return MAKERS.flatMap((maker) => {
    const memory = figures.get(maker)
    if (memory === undefined) return []
    const client = [figure(memory.client, 1), ratio(memory.client, reference?.client)]
    const server = [figure(memory.server, 1), ratio(memory.server, reference?.server)]
    return [[what, maker, ...client, ...server]]
  })
}
