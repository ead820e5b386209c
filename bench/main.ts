/**
 * Measures our hops against v2ray's on this machine. Asserts nothing.
 *
 *   npm run bench                       everything (about fifteen minutes)
 *   npm run bench -- --quick            smaller and fewer runs (about three minutes)
 *   npm run bench -- --only throughput  one table; may be given several times
 *   npm run bench -- --security none    throughput of one cipher; may be given several times
 *   npm run bench -- --chain 'ours ↔ ours'   throughput of the chains whose name has these words,
 *                                       and of the transports
 *   npm run bench -- --node PATH        hops and programs of ours under another Node
 *   npm run bench -- --json             the figures as JSON
 *   npm run bench -- --write            keep these tables in docs/performance.md
 *
 * Tables: throughput, connections, memory, stalled, transports, tls-connections, tls-memory, codec, startup,
 *         toolkit.
 */
import { parseArgs } from 'node:util'
import { haveV2ray } from '../test/support/v2ray.js'
import type { Bench, Surroundings, Table } from './bench.js'
import { buildPrograms } from './build.js'
import { codec } from './codec-bench.js'
import { connections, tlsConnections } from './connections.js'
import { describeRun, writeResults } from './results.js'
import { memory, stalled, tlsMemory } from './memory.js'
import { startup } from './startup.js'
import { formatText } from './table.js'
import { throughput } from './throughput.js'
import { toolkit } from './toolkit.js'
import { transports } from './transports.js'
import { startLoad, startTarget } from './workers.js'

const BENCHES: Readonly<Record<string, Bench>> = {
  throughput,
  connections,
  memory,
  stalled,
  transports,
  'tls-connections': tlsConnections,
  'tls-memory': tlsMemory,
  codec,
  startup,
  toolkit,
}

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: Object.keys(BENCHES) },
    security: { type: 'string', multiple: true, default: [] },
    chain: { type: 'string', multiple: true, default: [] },
    node: { type: 'string', default: process.execPath },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

async function main(): Promise<void> {
  const chosen = flags.only.map((name) => {
    const bench = BENCHES[name]
    if (bench === undefined) throw new Error(`no table '${name}': ${Object.keys(BENCHES).join(', ')}`)
    return bench
  })
  if (!haveV2ray()) throw new Error('v2ray 4 is not installed: there is nothing to compare with')
  const programs = await buildPrograms()
  const load = startLoad(programs.load)
  const target = await startTarget(programs.target)
  const surroundings: Surroundings = {
    programs,
    ourHop: { node: flags.node, program: programs.hop, bare: programs.bare },
    load,
    target,
    quick: flags.quick,
    securities: flags.security,
    chains: flags.chain,
    progress: (text) => process.stderr.write(`${text}\n`),
  }
  const tables: Table[] = []
  try {
    for (const bench of chosen) {
      const table = await bench(surroundings)
      tables.push(table)
      if (!flags.json) process.stdout.write(`\n${formatText(table)}`)
    }
  } finally {
    load.stop()
    target.stop()
  }
  const run = describeRun(flags.node, flags.quick)
  if (flags.json) process.stdout.write(`${JSON.stringify({ run, tables }, undefined, 2)}\n`)
  if (flags.write) await writeResults(run, tables)
}

main().catch((error: Error) => {
  process.stderr.write(`bench: ${error.message}\n`)
  process.exitCode = 1
})
