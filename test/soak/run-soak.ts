/**
 * `npm run soak`: ten minutes of every transport under fire, or `SOAK_SECONDS`, over the cells that
 * `SOAK_CELLS`, a regular expression, names. Prints what both hops
 * hold at each rest (resident, heap, external), a table, and a verdict. Exits with 1 when it is bad.
 */
import { runSoak } from './soak.js'
import { faultsOf, formatLedger, formatSample } from './verdict.js'

const seconds = Number(process.env.SOAK_SECONDS ?? 600)
/** Below, all of it is warm-up. */
const MEMORY_SECONDS = 300

const result = await runSoak({
  seconds,
  ...(process.env.SOAK_CELLS !== undefined && { cells: new RegExp(process.env.SOAK_CELLS) }),
  onSample: (sample) => process.stdout.write(`${formatSample(sample)}\n`),
})
const judgesMemory = seconds >= MEMORY_SECONDS
const faults = faultsOf(result, { judgesMemory })
const verdict = faults.length === 0 ? 'passed' : `FAILED\n${faults.join('\n')}`
const note = judgesMemory ? '' : ` (memory is judged from ${MEMORY_SECONDS} s on)`
process.stdout.write(`\n${formatLedger(result.ledger)}\n\n${verdict}${note}\n`)
process.exitCode = faults.length === 0 ? 0 : 1
