import { DEFAULT_POLICY, type Policy } from '../../src/config/policy.js'
import type { Counter } from '../../src/contracts/transport.js'
import { Relay } from '../../src/engine/relay.js'
import { Beat } from '../../src/engine/timeouts.js'
import { makeFakeTicker, makePair, Recorder } from '../../src/testing.js'

export interface RelayedOptions {
  readonly policy?: Partial<Policy>
  readonly highWaterMark?: number
  readonly uplink?: Counter
  readonly downlink?: Counter
  /** False: nobody reads at that end until the test starts a recorder there. */
  readonly targetReads?: boolean
}

/** application ⇄ relay ⇄ target, in memory; nothing moves on its own but the bytes. */
export function makeRelayed(options: RelayedOptions = {}) {
  const { policy, highWaterMark = 65_536, targetReads = true, ...counters } = options
  const time = makeFakeTicker()
  const beat = new Beat(time.ticker)
  const [applicationEnd, inboundSide] = makePair({ highWaterMark })
  const [outboundSide, targetEnd] = makePair({ highWaterMark })
  let onDone: (relay: Relay) => void = () => undefined
  const done = new Promise<Relay>((resolve) => {
    onDone = resolve
  })
  const application = new Recorder(applicationEnd, { endOnEnd: false })
  const target = targetReads ? new Recorder(targetEnd, { endOnEnd: false }) : undefined
  const relay = new Relay({
    inboundSide,
    outboundSide,
    policy: { ...DEFAULT_POLICY, ...policy },
    beat,
    onDone,
    ...counters,
  })
  return { application, target, targetEnd, inboundSide, outboundSide, relay, done, time }
}

/** Lets everything that is on its way inside the process arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}
