/** Runs all checks of one cell. */
import { type Lab, startChain } from './chains.js'
import { CHECKS } from './checks.js'
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
      const results = await Promise.all(
        CHECKS.map((check) => check.run(chain).then(() => '', describe(check.name))),
      )
      const reasons = results.filter((text) => text !== '')
      return reasons.length === 0 ? { kind: 'ok' } : { kind: 'FAIL', reasons, log: chain.log() }
    } finally {
      await chain.stop()
    }
  } catch (error) {
    return { kind: 'FAIL', reasons: [describe('start and stop')(error)], log: '' }
  }
}

function describe(name: string): (error: unknown) => string {
  return (error) => `${name}: ${error instanceof Error ? error.message : String(error)}`
}
