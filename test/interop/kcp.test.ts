import { afterAll, beforeAll, describe, it } from 'vitest'
import { startTargets, type Targets } from '../support/targets.js'
import { makeTlsSettings } from '../support/tls-settings.js'
import { v2rayMissing } from '../support/v2ray.js'
import { BULK_BYTES } from './checks.js'
import { expectChecks } from './expect-checks.js'
import { DIRECTIONS } from './matrix.js'
import { startStreamChain } from './stream-chains.js'

const CHAIN_WITHIN_MS = 180_000
const HEADERS = ['none', 'srtp', 'utp', 'wechat-video', 'dtls', 'wireguard'] as const
const SEEDS = [undefined, 'a seed', ''] as const
const missing = v2rayMissing()
let targets: Targets

beforeAll(async () => {
  targets = await startTargets(BULK_BYTES)
})

afterAll(() => targets.stop())

/**
 * Every header, with a seed or without by turns; with `INTEROP=all`, which takes twice as long, with a seed
 * and without, and the empty seed once.
 */
const ALL = process.env.INTEROP === 'all'
const FORMS = HEADERS.flatMap((type, turn) =>
  SEEDS.filter((seed, i) => (ALL ? seed !== '' || type === 'none' : i === turn % 2)).map((seed) => {
    const name = `header ${type}, ${seed === undefined ? 'no seed' : `seed "${seed}"`}`
    return [name, { header: { type }, seed }] as const
  }),
)

/** By default v2ray sends 5 MB/s up and 20 down: the first cell takes that, the others hurry. */
const FAST = { uplinkCapacity: 100, downlinkCapacity: 100 }

const MUX = { mux: { enabled: true, concurrency: 8 } }
const TLS = await makeTlsSettings()
/** `secured` holds what goes beside the settings of the network. */
interface Cell {
  readonly name: string
  readonly kcpSettings: object
  readonly outbound?: object
  readonly secured?: object
}

const MUX_IN_TLS: Cell = {
  name: 'TLS, mux, seed "a seed"',
  kcpSettings: { ...FAST, seed: 'a seed', header: { type: 'utp' } },
  outbound: MUX,
  secured: TLS,
}

const CELLS: readonly Cell[] = [
  { name: 'by default', kcpSettings: {} },
  ...FORMS.map(([name, settings]) => ({ name, kcpSettings: { ...FAST, ...settings } })),
  { name: 'mux, no seed', kcpSettings: FAST, outbound: MUX },
  {
    name: 'mux, seed "a seed"',
    kcpSettings: { ...FAST, seed: 'a seed', header: { type: 'utp' } },
    outbound: MUX,
  },
  { name: 'TLS, no seed', kcpSettings: FAST, secured: TLS },
  ...(ALL ? [MUX_IN_TLS] : []),
]

describe.each(DIRECTIONS)('%s', (direction) => {
  describe.skipIf(direction !== 'ours ↔ ours' && missing !== undefined)('mKCP', () => {
    it.each(CELLS)(
      '$name',
      { timeout: CHAIN_WITHIN_MS },
      async ({ kcpSettings, outbound = {}, secured = {} }) => {
        const settings = { network: 'kcp', kcpSettings, ...secured }
        const chain = await startStreamChain({ direction, targets, settings, outbound })
        await expectChecks(chain, { direction, mux: 'mux' in outbound })
      },
    )
  })
})
