/** Runs all checks of one cell. */
import { type Lab, startChain } from './chains.js'
import { type Chain, type Check, CHECKS } from './checks.js'
import { type Cell, notApplicable } from './matrix.js'

export type Outcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'n/a'; readonly reason: string }
  /** Each reason begins with the name of its check. */
  | { readonly kind: 'FAIL'; readonly reasons: readonly string[]; readonly log: string }

/** Never rejects: what cannot even be started has failed. */
export async function runCell(lab: Lab, cell: Cell): Promise<Outcome> {
  const reason = notApplicable(cell)
  if (reason !== undefined) return { kind: 'n/a', reason }
  try {
    const chain = await startChain(lab, cell)
    try {
      const reasons = await runChecks(chain)
      return reasons.length === 0 ? { kind: 'ok' } : { kind: 'FAIL', reasons, log: chain.log() }
    } finally {
      await chain.stop()
    }
  } catch (error) {
    return { kind: 'FAIL', reasons: [describe('start and stop')(error)], log: '' }
  }
}

/** What the failed ones say. */
async function runChecks(chain: Chain): Promise<readonly string[]> {
  const run = (check: Check) => check.run(chain).then(() => '', describe(check.name))
  const results: string[] = []
  if (chain.concurrent) results.push(...(await Promise.all(CHECKS.map(run))))
  else for (const check of CHECKS) results.push(await run(check))
  return results.filter((text) => text !== '')
}

function describe(name: string): (error: unknown) => string {
  return (error) => `${name}: ${error instanceof Error ? error.message : String(error)}`
}
