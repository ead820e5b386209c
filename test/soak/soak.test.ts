/** The soak in small; `npm run soak` is the one that takes its time. */
import { expect, it } from 'vitest'
import { runSoak } from './soak.js'
import { faultsOf, formatLedger } from './verdict.js'

const SECONDS = 12
const MOST_MS = 120_000

it('what was acknowledged is right over every transport, whoever dies, and nothing stays open', {
  timeout: MOST_MS,
}, async () => {
  const result = await runSoak({ seconds: SECONDS })
  expect(faultsOf(result, { judgesMemory: false }), formatLedger(result.ledger)).toEqual([])
  expect(result.ledger.total.killed).toBeGreaterThan(0)
})
