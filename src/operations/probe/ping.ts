/** How long it takes to reach servers, and to get an answer through them. */
import { asFault, Fault } from '../../faults/fault.js'
import type { Connection } from '../../contracts/connection.js'
import type { Profile } from '../../dialects/profile.js'
import { withDeadline } from '../deadline.js'
import { summarise, type Times } from './numbers.js'
import { openTunnel, type Tunnel } from './tunnel.js'
import { makeWebDialler, type WebDialler } from './web-connection.js'
import { parseWebTarget, requestHead, statusOf, type WebTarget } from './web-target.js'

export { PING_URL } from './web-target.js'

export interface PingOptions {
  /** Round trips for each server. */
  readonly count: number
  /** For each of them, with all that is below it; a server that misses it is not tried again. */
  readonly timeoutMs: number
  /** Between two of a server. */
  readonly intervalMs: number
  /** http or https; the certificate of the web server is checked. */
  readonly url: string
  /** Ends the measurement; what was measured until then is the result. */
  readonly signal?: AbortSignal
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

/**
 * All profiles at once. The results are sorted: the quickest round trip first, failures last. Of an interrupted
 * measurement those are missing of which nothing was known yet.
 */
export async function pingProfiles(
  profiles: readonly Profile[],
  options: PingOptions,
): Promise<PingResult[]> {
  const target = parseWebTarget(options.url)
  const dial = makeWebDialler(target)
  const waiting = [...profiles]
  const results: PingResult[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (options.signal?.aborted) return
      const result = await pingProfile(next, { target, dial }, options)
      if (result === undefined) continue
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

interface Web {
  readonly target: WebTarget
  readonly dial: WebDialler
}

/** Undefined where it was interrupted before there was anything to say. */
async function pingProfile(
  profile: Profile,
  web: Web,
  options: PingOptions,
): Promise<PingResult | undefined> {
  const samples: Samples = { tcp: [], tls: [], trip: [] }
  let fault: Fault | undefined
  try {
    const tunnel = openTunnel(profile)
    try {
      for (let i = 0; i < options.count; i++) {
        if (i > 0) await pause(options)
        if (options.signal?.aborted) break
        await takeSample(tunnel, web, { samples, ...options })
      }
    } finally {
      await tunnel.close()
    }
  } catch (error) {
    if (!options.signal?.aborted) fault = asFault(error)
  }
  if (options.signal?.aborted && samples.trip.length === 0 && fault === undefined) return undefined
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

interface Sampling extends Pick<PingOptions, 'timeoutMs' | 'signal'> {
  readonly samples: Samples
}

async function takeSample(
  tunnel: Tunnel,
  web: Web,
  { samples, timeoutMs, signal: interrupt }: Sampling,
): Promise<void> {
  await withDeadline(timeoutMs, 'nothing', async (deadline) => {
    const signal = interrupt === undefined ? deadline : AbortSignal.any([deadline, interrupt])
    for (const step of ['tcp', 'tls'] as const) {
      const reach = tunnel[step]
      if (reach !== undefined) samples[step].push(await timed(() => reach(signal)))
    }
    const begun = performance.now()
    samples.status = await askThrough(tunnel, web, signal)
    samples.trip.push(performance.now() - begun)
  })
}

async function askThrough(tunnel: Tunnel, { target, dial }: Web, signal: AbortSignal): Promise<number> {
  const connection = await dial(tunnel, signal)
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

function pause({ intervalMs, signal }: PingOptions): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, intervalMs)
    signal?.addEventListener('abort', done)
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
  })
}
