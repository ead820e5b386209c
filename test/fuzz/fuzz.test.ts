/**
 * No crash, no hang, no growth: whatever bytes come, a decoder answers with values or a fault.
 *
 * 10 seconds in all, `FUZZ_SECONDS` for another time. The seed is printed; `FUZZ_SEED` sets it.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { Dice } from './dice.js'
import { fuzz, type Target } from './harness.js'
import { TARGETS } from './targets.js'

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 10)
const SEED = process.env.FUZZ_SEED ?? String(Date.now())
const [ONLY_TARGET, ONLY_INDEX] = process.env.FUZZ_CASE?.split(':') ?? []

process.stdout.write(`FUZZ_SEED=${SEED}\n`)

const targets = TARGETS.filter(({ name }) => ONLY_TARGET === undefined || name === ONLY_TARGET)

describe(`fuzz with FUZZ_SEED=${SEED}`, () => {
  test.each(targets)(
    '$name answers with values or faults',
    async (target) => {
      const milliseconds = (SECONDS * 1000) / targets.length
      const only = ONLY_INDEX === undefined ? {} : { only: Number(ONLY_INDEX) }
      const cases = await fuzz(target, { seed: SEED, milliseconds, ...only })
      expect(cases).toBeGreaterThan(0)
    },
    SECONDS * 1000 + 60_000,
  )
})

describe('what is damaged was good before', () => {
  test.each(targets)('$name accepts its samples', ({ samples, run }) => {
    for (const sample of samples) {
      // Some targets draw a variant; one of them must take the sample.
      const draws = Array.from({ length: 32 }, (_, i) => new Dice(String(i)))
      expect(draws.some((dice) => accepts(() => run(sample, dice)))).toBe(true)
    }
  })
})

function accepts(action: () => unknown): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}

describe('the harness itself', () => {
  const broken: Target = {
    name: 'broken',
    samples: [Uint8Array.of(1, 2, 3)],
    run(input) {
      if (input[0] === 1) throw new TypeError('not a fault')
    },
  }

  test('notices an error that is no fault and says how to see it again', async () => {
    await expect(fuzz(broken, { seed: 's', milliseconds: 1000 })).rejects.toThrow(
      /FUZZ_SEED=s FUZZ_CASE=broken:\d+\ninput 01/,
    )
  })

  test('makes the same case from the same seed', async () => {
    const inputs: Uint8Array[] = []
    const recording: Target = { ...broken, run: (input) => inputs.push(input) }
    await fuzz(recording, { seed: 's', milliseconds: 1, only: 7 })
    await fuzz(recording, { seed: 's', milliseconds: 1, only: 7 })
    expect(inputs[0]).toEqual(inputs[1])
  })

  test('notices memory that is kept', async () => {
    const kept: Uint8Array[] = []
    const hoarder: Target = { ...broken, run: () => kept.push(new Uint8Array(1024 * 1024)) }
    await expect(fuzz(hoarder, { seed: 's', milliseconds: 300 })).rejects.toThrow(/still holds/)
  })

  test('ends a case that does not return, and says which', () => {
    const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url))
    const { signal, stderr } = spawnSync(
      process.execPath,
      [pathOf('../../scripts/run-ts.mjs'), pathOf('hang.ts')],
      { encoding: 'utf8', timeout: 30_000, killSignal: 'SIGTERM' },
    )
    expect(stderr).toBe('a case does not return: FUZZ_CASE=hang:7\n')
    expect(signal).toBe('SIGKILL')
  })
})
