/** CPU for a new connection that carries a small answer, at each hop. */
import { type Bench, figure, median, ratio, type Surroundings, type Table } from './bench.js'
import { type Carrier, makeCarriers } from './carriers.js'
import { type Maker, startPair } from './pair.js'
import { cpuOf } from './throughput.js'

const AT_ONCE = [1, 16] as const

interface Cost {
  readonly client: number
  readonly server: number
}

const NOTE =
  'Milliseconds of CPU per connection (aes-128-gcm, 200 bytes answered, closed by the target); ratio to v2ray.'

export const connections: Bench = (surroundings) =>
  measureAll(surroundings, { title: 'New connections', note: NOTE, over: '', makers: ['v2ray', 'ours'] })

export const tlsConnections: Bench = async (surroundings) => {
  const { wsTls } = await makeCarriers()
  return measureAll(surroundings, {
    title: 'New connections over ws + TLS',
    note: `${NOTE} The pair \`node\` only joins tcp and \`node:tls\`, without WebSocket and VMess.`,
    makers: ['v2ray', 'ours', 'node'],
    over: ' over ws + TLS',
    carrier: wsTls,
  })
}

interface Subject {
  readonly title: string
  readonly note: string
  /** For the line of progress. */
  readonly over: string
  readonly makers: readonly Maker[]
  readonly carrier?: Carrier
}

async function measureAll(surroundings: Surroundings, subject: Subject): Promise<Table> {
  const { title, note, over, makers, carrier } = subject
  const costs = new Map<string, Cost[]>()
  const rounds = surroundings.quick ? 1 : 3
  for (let round = 1; round <= rounds; round++) {
    for (const maker of makers) {
      surroundings.progress(`connections${over}: ${maker}, round ${round} of ${rounds}`)
      for (const [atOnce, cost] of await measure(maker, surroundings, carrier)) {
        const key = `${maker}|${atOnce}`
        costs.set(key, [...(costs.get(key) ?? []), cost])
      }
    }
  }
  return {
    title,
    note,
    columns: ['at once', 'pair', 'client hop', 'ratio', 'server hop', 'ratio'],
    rows: AT_ONCE.flatMap((atOnce) => makers.flatMap((maker) => tabulate(maker, atOnce, costs))),
  }
}

async function measure(
  maker: Maker,
  surroundings: Surroundings,
  carrier: Carrier | undefined,
): Promise<[number, Cost][]> {
  const { load, target, ourHop, quick } = surroundings
  const pair = await startPair({
    client: maker,
    server: maker,
    security: 'aes-128-gcm',
    targetPort: target.port,
    ourHop,
    ...(carrier && { carrier }),
  })
  const count = quick ? 500 : 2_000
  try {
    await load.run({ kind: 'connections', port: pair.port, count: 1_000, atOnce: 8 })
    const costs: [number, Cost][] = []
    for (const atOnce of AT_ONCE) {
      const used = await cpuOf(pair, () => load.run({ kind: 'connections', port: pair.port, count, atOnce }))
      costs.push([atOnce, { client: (1000 * used.client) / count, server: (1000 * used.server) / count }])
    }
    return costs
  } finally {
    await pair.stop()
  }
}

function tabulate(maker: Maker, atOnce: number, costs: ReadonlyMap<string, readonly Cost[]>): string[][] {
  const cost = middle(costs.get(`${maker}|${atOnce}`))
  const reference = middle(costs.get(`v2ray|${atOnce}`))
  if (cost === undefined) return []
  const client = [figure(cost.client, 2), ratio(cost.client, reference?.client)]
  const server = [figure(cost.server, 2), ratio(cost.server, reference?.server)]
  return [[String(atOnce), maker, ...client, ...server]]
}

function middle(rounds: readonly Cost[] | undefined): Cost | undefined {
  if (rounds === undefined) return undefined
  return { client: median(rounds.map((r) => r.client)), server: median(rounds.map((r) => r.server)) }
}
