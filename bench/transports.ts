/** MB per CPU-second of each hop over every transport, v2ray's pair and ours in turn. */
import { type Bench, figure, median, ratio, type Surroundings, wanted } from './bench.js'
import { type Carrier, makeCarriers } from './carriers.js'
import { type Maker, startPair } from './pair.js'
import { cpuOf, DIRECTIONS, type Direction, MB } from './throughput.js'

const MAKERS: readonly Maker[] = ['v2ray', 'ours']
const SECURITY = 'aes-128-gcm'
const MIB = 1024 * 1024

/** MB per CPU-second of a hop, and MB per second of the clock. */
interface Speeds {
  readonly client: number
  readonly server: number
  readonly wall: number
}

/** By maker and direction, `maker|direction`. */
type Measured = Map<string, Speeds[]>

export const transports: Bench = async (surroundings) => {
  const rows: string[][] = []
  for (const carrier of Object.values(await makeCarriers()) as Carrier[]) {
    if (!wanted(carrier.name, surroundings.chains)) continue
    const measured = await measureCarrier(carrier, surroundings)
    for (const direction of DIRECTIONS) rows.push(...tabulate(carrier, direction, measured))
  }
  return {
    title: 'Transports',
    note:
      'MB (10^6 bytes) per CPU-second of one hop, aes-128-gcm inside; ratio to the same hop of the v2ray pair in ' +
      'the same run. MB per second of the clock says what a transport got through, on a machine that all ' +
      'processes share.',
    columns: ['transport', 'direction', 'pair', 'client hop', 'ratio', 'server hop', 'ratio', 'MB/s'],
    rows,
  }
}

async function measureCarrier(carrier: Carrier, surroundings: Surroundings): Promise<Measured> {
  const measured: Measured = new Map()
  const rounds = surroundings.quick ? 1 : 3
  for (let round = 1; round <= rounds; round++) {
    for (const maker of MAKERS) {
      surroundings.progress(`transports: ${carrier.name}, ${maker}, round ${round} of ${rounds}`)
      for (const [direction, speeds] of await measurePair(maker, carrier, surroundings)) {
        const key = `${maker}|${direction}`
        measured.set(key, [...(measured.get(key) ?? []), speeds])
      }
    }
  }
  return measured
}

async function measurePair(
  maker: Maker,
  carrier: Carrier,
  { load, target, ourHop, programs, quick }: Surroundings,
): Promise<[Direction, Speeds][]> {
  const pair = await startPair({
    client: maker,
    server: maker,
    security: SECURITY,
    carrier,
    lossy: programs.lossy,
    targetPort: target.port,
    ourHop,
  })
  const bytes = ((carrier.mebibytes ?? 512) / (quick ? 2 : 1)) * MIB
  try {
    for (const kind of DIRECTIONS) await load.run({ kind, port: pair.port, bytes: bytes / 8 })
    const results: [Direction, Speeds][] = []
    for (const kind of DIRECTIONS) {
      let seconds = 0
      const used = await cpuOf(pair, async () => {
        seconds = await load.run({ kind, port: pair.port, bytes })
      })
      const speed = (spent: number) => bytes / MB / spent
      results.push([kind, { client: speed(used.client), server: speed(used.server), wall: speed(seconds) }])
    }
    return results
  } finally {
    await pair.stop()
  }
}

function tabulate({ name }: Carrier, direction: Direction, measured: Measured): string[][] {
  const reference = middle(measured.get(`v2ray|${direction}`))
  return MAKERS.flatMap((maker) => {
    const speeds = middle(measured.get(`${maker}|${direction}`))
    if (speeds === undefined) return []
    const client = [figure(speeds.client), ratio(speeds.client, reference?.client)]
    const server = [figure(speeds.server), ratio(speeds.server, reference?.server)]
    return [[name, direction, maker, ...client, ...server, figure(speeds.wall)]]
  })
}

function middle(rounds: readonly Speeds[] | undefined): Speeds | undefined {
  if (rounds === undefined) return undefined
  const of = (pick: (speeds: Speeds) => number) => median(rounds.map(pick))
  return { client: of((r) => r.client), server: of((r) => r.server), wall: of((r) => r.wall) }
}
