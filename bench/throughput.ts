/** MB per CPU-second of each hop, both directions, v2ray's pair and ours in turn. */
import { cpuSeconds } from './accounting.js'
import { type Bench, figure, median, ratio, type Surroundings, wanted } from './bench.js'
import { type Maker, type Pair, startPair } from './pair.js'

export const MB = 1e6
const SECURITIES = ['aes-128-gcm', 'chacha20-poly1305', 'none'] as const
export const DIRECTIONS = ['upload', 'download'] as const
export type Direction = (typeof DIRECTIONS)[number]
const PINNED = { VMESS_BENCH_CHUNKS: '16K' }

interface Chain {
  readonly name: string
  readonly client: Maker
  readonly server: Maker
  readonly env?: Readonly<Record<string, string>>
}

/** The first is what the others are compared with. */
const CHAINS: readonly Chain[] = [
  { name: 'v2ray ↔ v2ray', client: 'v2ray', server: 'v2ray' },
  { name: 'ours ↔ ours', client: 'ours', server: 'ours' },
  { name: 'ours ↔ ours, 16 KiB chunks', client: 'ours', server: 'ours', env: PINNED },
  { name: 'ours → v2ray server', client: 'ours', server: 'v2ray' },
  { name: 'v2ray client → ours', client: 'v2ray', server: 'ours' },
]

/** MB per CPU-second. */
interface Speeds {
  readonly client: number
  readonly server: number
}

export const throughput: Bench = async (surroundings) => {
  const rows: string[][] = []
  const securities = SECURITIES.filter((name) => wanted(name, surroundings.securities))
  for (const security of securities) {
    const speeds = await measureSecurity(security, surroundings)
    for (const direction of DIRECTIONS) rows.push(...tabulate(security, direction, speeds))
  }
  return {
    title: 'Throughput',
    note: 'MB (10^6 bytes) per CPU-second of one hop; ratio to the same hop of the v2ray pair in the same run.',
    columns: ['security', 'direction', 'chain', 'client hop', 'ratio', 'server hop', 'ratio'],
    rows,
  }
}

/** Figures by chain and direction, `chain|direction`. */
type Measured = ReadonlyMap<string, readonly Speeds[]>

async function measureSecurity(security: string, surroundings: Surroundings): Promise<Measured> {
  const measured = new Map<string, Speeds[]>()
  const rounds = surroundings.quick ? 1 : 3
  const chains = CHAINS.filter((chain, i) => i === 0 || wanted(chain.name, surroundings.chains))
  for (let round = 1; round <= rounds; round++) {
    for (const chain of chains) {
      surroundings.progress(`throughput: ${security}, ${chain.name}, round ${round} of ${rounds}`)
      for (const [direction, speeds] of await measureChain(chain, security, surroundings)) {
        const key = `${chain.name}|${direction}`
        measured.set(key, [...(measured.get(key) ?? []), speeds])
      }
    }
  }
  return measured
}

async function measureChain(
  chain: Chain,
  security: string,
  surroundings: Surroundings,
): Promise<[string, Speeds][]> {
  const { target, ourHop, load, quick } = surroundings
  const pair = await startPair({ ...chain, security, targetPort: target.port, ourHop })
  const bytes = (quick ? 512 : 1024) * 1024 * 1024
  try {
    for (const kind of DIRECTIONS) await load.run({ kind, port: pair.port, bytes: bytes / 8 })
    const results: [string, Speeds][] = []
    for (const kind of DIRECTIONS) {
      const used = await cpuOf(pair, () => load.run({ kind, port: pair.port, bytes }))
      results.push([kind, { client: bytes / MB / used.client, server: bytes / MB / used.server }])
    }
    return results
  } finally {
    await pair.stop()
  }
}

/** CPU seconds that each hop used while something was done. */
export async function cpuOf(pair: Pair, work: () => Promise<unknown>): Promise<Speeds> {
  const client = cpuSeconds(pair.client.pid)
  const server = cpuSeconds(pair.server.pid)
  await work()
  return { client: cpuSeconds(pair.client.pid) - client, server: cpuSeconds(pair.server.pid) - server }
}

function tabulate(security: string, direction: string, measured: Measured): string[][] {
  const reference = middle(measured.get(`${CHAINS[0]?.name}|${direction}`))
  return CHAINS.flatMap((chain) => {
    const speeds = middle(measured.get(`${chain.name}|${direction}`))
    if (speeds === undefined) return []
    const client = [figure(speeds.client), ratio(speeds.client, reference?.client)]
    const server = [figure(speeds.server), ratio(speeds.server, reference?.server)]
    return [[security, direction, chain.name, ...client, ...server]]
  })
}

function middle(rounds: readonly Speeds[] | undefined): Speeds | undefined {
  if (rounds === undefined) return undefined
  return { client: median(rounds.map((r) => r.client)), server: median(rounds.map((r) => r.server)) }
}
