/** How long it takes to reach servers, and to get an answer through them. */
import { asFault, Fault } from '../../faults/fault.js'
import type { Connection } from '../../contracts/connection.js'
import type { Profile } from '../../dialects/profile.js'
import { withDeadline } from '../deadline.js'
import { summarise, type Times } from './numbers.js'
import { openTunnel, type Tunnel } from './tunnel.js'
import { parseWebTarget, requestHead, statusOf, type WebTarget } from './web-target.js'

/** Answers with nothing; many phones ask it whether there is internet. */
export const PING_URL = 'http://www.gstatic.com/generate_204'

export interface PingOptions {
  /** Round trips for each server. */
  readonly count: number
  /** For each of them, with all that is below it; a server that misses it is not tried again. */
  readonly timeoutMs: number
  /** Between two of a server. */
  readonly intervalMs: number
  /** Plain http. */
  readonly url: string
  /** Told of each server when it is done. */
  readonly onResult?: (result: PingResult) => void
}

export interface PingResult {
  readonly name: string
  /** Whether a request came back through the tunnel. */
  readonly ok: boolean
  /** Until tcp is connected. */
  readonly tcp?: Times
  /** Until the TLS handshake is done, tcp included, from nothing. */
  readonly tls?: Times
  /** Until the first bytes of the answer, all below included, from nothing. */
  readonly trip?: Times
  /** HTTP status of the last answer. */
  readonly status?: number
  /** Why there was no answer. */
  readonly fault?: Fault
}

/** Enough that a hundred servers wait at the same time, few enough for the limit of open files. */
const AT_ONCE = 256

/** All profiles at once. The results are sorted: the quickest round trip first, failures last. */
export async function pingProfiles(
  profiles: readonly Profile[],
  options: PingOptions,
): Promise<PingResult[]> {
  const target = parseWebTarget(options.url)
  const waiting = [...profiles]
  const results: PingResult[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const result = await pingProfile(next, target, options)
      results.push(result)
      options.onResult?.(result)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, profiles.length) }, work))
  return sortResults(results)
}

export function sortResults(results: readonly PingResult[]): PingResult[] {
  const rank = ({ trip }: PingResult): number => trip?.p50Ms ?? Number.POSITIVE_INFINITY
  return [...results].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
}

interface Samples {
  readonly tcp: number[]
  readonly tls: number[]
  readonly trip: number[]
  status?: number
}

async function pingProfile(profile: Profile, target: WebTarget, options: PingOptions): Promise<PingResult> {
  const samples: Samples = { tcp: [], tls: [], trip: [] }
  let fault: Fault | undefined
  try {
    const tunnel = openTunnel(profile)
    try {
      for (let i = 0; i < options.count; i++) {
        if (i > 0) await pause(options.intervalMs)
        await takeSample(tunnel, target, { samples, timeoutMs: options.timeoutMs })
      }
    } finally {
      await tunnel.close()
    }
  } catch (error) {
    fault = asFault(error)
  }
  const [tcp, tls, trip] = [samples.tcp, samples.tls, samples.trip].map(summarise)
  return {
    name: profile.name,
    ok: trip !== undefined && fault === undefined,
    ...(tcp && { tcp }),
    ...(tls && { tls }),
    ...(trip && { trip }),
    ...(samples.status !== undefined && { status: samples.status }),
    ...(fault && { fault }),
  }
}

interface Sampling {
  readonly samples: Samples
  readonly timeoutMs: number
}

async function takeSample(
  tunnel: Tunnel,
  target: WebTarget,
  { samples, timeoutMs }: Sampling,
): Promise<void> {
  await withDeadline(timeoutMs, 'nothing', async (signal) => {
    for (const step of ['tcp', 'tls'] as const) {
      const reach = tunnel[step]
      if (reach !== undefined) samples[step].push(await timed(() => reach(signal)))
    }
    const begun = performance.now()
    samples.status = await askThrough(tunnel, target, signal)
    samples.trip.push(performance.now() - begun)
  })
}

async function askThrough(tunnel: Tunnel, target: WebTarget, signal: AbortSignal): Promise<number> {
  const connection = await tunnel.connect(target.destination, signal)
  try {
    const first = firstBytes(connection, signal)
    connection.write(requestHead('GET', target))
    return statusOf(await first)
  } finally {
    connection.abort()
  }
}

/** What the far end says first. Rejects when it ends without a word, and with the reason of the signal. */
function firstBytes(connection: Connection, signal: AbortSignal): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const silent = (fault?: Fault): void =>
      reject(fault ?? new Fault('PROBE_ANSWER', { why: 'the connection ended' }))
    signal.addEventListener('abort', () => connection.abort(asFault(signal.reason)), { once: true })
    if (signal.aborted) reject(asFault(signal.reason))
    connection.start({
      onData: (bytes) => resolve(Uint8Array.from(bytes)),
      onEnd: () => silent(),
      onDrain: () => undefined,
      onClose: silent,
    })
  })
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
