/** What a soak shows: as faults in words, and as a table. */
import type { Ledger, Tally } from './ledger.js'
import type { HopEnd, HopSample, Sample, SoakResult } from './soak.js'

/** How much memory at rest may grow after the warm-up. */
const MOST_GROWTH = 1.1
/** Without these the traffic was too little to say anything. */
const LEAST_WHOLE_PER_CELL = 1
/** Share of datagrams that may go unanswered, five times each: a full connection drops them. */
const MOST_LOST = 0.01
const HOPS = ['client', 'server'] as const

export interface VerdictOptions {
  /** Short runs are all warm-up: they say nothing about growth. */
  readonly judgesMemory: boolean
}

/** Everything that is not as it should be; empty: passed. */
export function faultsOf(result: SoakResult, { judgesMemory }: VerdictOptions): readonly string[] {
  const faults = [...result.ledger.surprises]
  for (const [cell, { whole }] of result.ledger.cells) {
    if (whole < LEAST_WHOLE_PER_CELL) faults.push(`${cell}: no flow came through whole`)
  }
  const { lost, datagrams } = result.ledger.total
  if (lost > datagrams * MOST_LOST) faults.push(`${lost} of ${datagrams} datagrams were never answered`)
  for (const hop of HOPS) {
    faults.push(...leftBehind(hop, result[hop]))
    if (judgesMemory) faults.push(...growth(hop, result.samples))
  }
  return faults
}

function leftBehind(hop: string, { before, left }: HopEnd): readonly string[] {
  const same = before.length === left.length && before.every((kind, i) => kind === left[i])
  return same
    ? []
    : [`${hop} hop: after its stop ${left.join(', ')} is open; before its start ${before.join(', ')}`]
}

/** The mean of the last two looks against that of the first two: one look alone is a matter of luck. */
function growth(hop: (typeof HOPS)[number], samples: readonly Sample[]): readonly string[] {
  const resident = samples.map((sample) => sample[hop].memory.resident)
  const first = mean(resident.slice(0, 2))
  const last = mean(resident.slice(-2))
  if (last <= first * MOST_GROWTH) return []
  return [`${hop} hop: resident memory at rest grew from ${first.toFixed(1)} to ${last.toFixed(1)} MiB`]
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function formatLedger(ledger: Ledger): string {
  const rows = [...ledger.cells].map(([name, tally]) => rowOf(name, tally))
  const head = ['cell', 'whole', 'killed', 'lost', 'wrong', 'cuts', 'datagrams', 'MiB']
  const table = [head, ...rows, rowOf('all', ledger.total)]
  const widths = head.map((_, i) => Math.max(...table.map((row) => (row[i] as string).length)))
  return table
    .map((row) =>
      row
        .map((text, i) => (i === 0 ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number)))
        .join('  '),
    )
    .join('\n')
}

function rowOf(name: string, tally: Readonly<Tally>): string[] {
  const { whole, killed, lost, wrong, cuts, datagrams, bytes } = tally
  return [name, ...[whole, killed, lost, wrong, cuts, datagrams].map(String), (bytes / 1024 ** 2).toFixed(1)]
}

export function formatSample({ atSeconds, client, server }: Sample): string {
  return `${String(atSeconds).padStart(4)} s  client ${formatHop(client)}  server ${formatHop(server)}`
}

function formatHop({ memory, resources }: HopSample): string {
  const { resident, heap, external } = memory
  const sizes = [resident, heap, external].map((size) => size.toFixed(1).padStart(5)).join(' ')
  const kinds = Object.entries(resources)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')
  return `${sizes} MiB (${kinds})`
}
