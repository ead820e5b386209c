/**
 * Damaged input against a decoder, for a given time. Every case comes from a seed, so it can be had
 * again: `FUZZ_SEED=… FUZZ_CASE=target:index npm run test:fuzz`.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { toHex } from '../../src/bytes/bytes.js'
import { isFault } from '../../src/faults/fault.js'
import { Dice } from './dice.js'
import { makeInput } from './mutate.js'
import { makeWatchdog } from './watchdog.js'

export interface Target {
  readonly name: string
  /** Good inputs, to be damaged. */
  readonly samples: readonly Uint8Array[]
  /**
   * Gives the input to a fresh decoder. May throw a fault and nothing else. The answer is kept until the
   * next case, so that what a decoder holds on to can be seen.
   */
  run(input: Uint8Array, dice: Dice): unknown
}

export interface FuzzOptions {
  readonly seed: string
  readonly milliseconds: number
  /** Only this case. */
  readonly only?: number
}

/** One case may take this long on a busy machine. */
const SLOW_MS = 2_000
/** What a target may hold when it has run, garbage collected. Measured over all its cases. */
const MAX_GROWTH_BYTES = 32 * 1024 * 1024
/** Faults a decoder may answer damaged input with; `bug` and `environment` are never the input's doing. */
const ACCEPTED_BLAME = new Set(['peer', 'caller'])

/** Runs a target and returns how many cases it had. Throws with the way to see the case again. */
export async function fuzz(target: Target, options: FuzzOptions): Promise<number> {
  const watchdog = makeWatchdog(`FUZZ_SEED=${options.seed} FUZZ_CASE=${target.name}`)
  try {
    if (options.only !== undefined) {
      runCase(target, options.seed, options.only)
      return 1
    }
    const before = heldBytes()
    const until = performance.now() + options.milliseconds
    let index = 0
    while (performance.now() < until) {
      index++
      watchdog.begin(index)
      runCase(target, options.seed, index)
      // Lets the test runner breathe.
      if (index % 256 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const growth = heldBytes() - before
    if (growth > MAX_GROWTH_BYTES) throw new Error(`${target.name} still holds ${growth} bytes`)
    return index
  } finally {
    await watchdog.stop()
  }
}

function runCase(target: Target, seed: string, index: number): void {
  const dice = new Dice(`${seed}:${target.name}:${index}`)
  const input = makeInput(target.samples, dice)
  const began = performance.now()
  const again = `FUZZ_SEED=${seed} FUZZ_CASE=${target.name}:${index}`
  try {
    target.run(input, dice)
  } catch (error) {
    if (!isFault(error) || !ACCEPTED_BLAME.has(error.blame)) {
      throw new Error(`${again}\ninput ${toHex(input)}`, { cause: error })
    }
  }
  const took = performance.now() - began
  if (took > SLOW_MS) throw new Error(`${again} took ${Math.round(took)} ms for ${input.length} bytes`)
}

/** Bytes on the heap and outside of it, after a collection. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
