import { expect } from 'vitest'
import type { RunningChain } from './chains.js'
import { CHECKS } from './checks.js'
import type { Direction } from './matrix.js'

/**
 * v2ray takes End of a mux stream for the end of both directions and forgets it (protocol §5.4), so beside
 * it no half of such a stream outlives the other half.
 */
const NOT_IN_MUX: Readonly<Record<Direction, string | undefined>> = {
  'our client → v2ray server': 'the target ends first',
  'v2ray client → our server': 'the application ends first',
  'ours ↔ ours': undefined,
}

/** All checks of the matrix, one after another, in a chain that is stopped then. */
export async function expectChecks(
  chain: RunningChain,
  { direction, mux }: { readonly direction: Direction; readonly mux: boolean },
): Promise<void> {
  try {
    for (const { name, run } of CHECKS) {
      if (mux && name === NOT_IN_MUX[direction]) continue
      const outcome = await run(chain).then(
        () => 'ok',
        (error: unknown) => `${String(error)}\n${chain.log()}`,
      )
      expect([name, outcome]).toEqual([name, 'ok'])
    }
  } finally {
    await chain.stop()
  }
}
