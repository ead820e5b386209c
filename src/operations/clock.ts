/** How far this machine's clock is off, by the account of several sources (failures C1). */
import { asFault, Fault } from '../faults/fault.js'
import { type Agreement, findAgreement, type Opinion } from '../ntp/agreement.js'
import type { NtpSample } from '../ntp/sample.js'
import { type ClockVerdict, judgeSkew } from '../ntp/verdict.js'
import { type Clock, type MonotonicClock, systemClock, systemMonotonic } from '../ports/ports.js'
import { DATE_ERROR_MS, type HttpDate, type HttpDateOptions, queryHttpDate } from './http-date.js'
import type { Mending } from './mend-clock.js'
import { type NtpQuery, type NtpQueryOptions, queryNtp } from './ntp-query.js'
import { steadyClock } from './steady-clock.js'

export type { ClockVerdict } from '../ntp/verdict.js'

export interface TimeServer {
  readonly host: string
  readonly port: number
}

export interface ClockOptions {
  /** {@link NTP_SERVERS} unless given; all are asked at once. */
  readonly servers?: readonly TimeServer[]
  /** Asked over HTTPS when no NTP server answers, or when they disagree; {@link WEB_SERVERS} unless given. */
  readonly webServers?: readonly TimeServer[]
  /** Of each NTP server; 3 unless given. The one that was the shortest time on its way counts. */
  readonly samples?: number
  /** Between two samples; 200 ms unless given. */
  readonly spacingMs?: number
  /** For each answer; 2 s unless given. */
  readonly timeoutMs?: number
  readonly clock?: Clock
  readonly monotonic?: MonotonicClock
  readonly network?: Pick<NtpQueryOptions, 'random' | 'transport' | 'resolve'> &
    Pick<HttpDateOptions, 'authorities'>
}

export interface SourceReport {
  /** `host:port`, or `https://host`. */
  readonly server: string
  readonly address?: string
  /** Absent without a usable answer. */
  readonly skewMs?: number
  readonly delayMs?: number
  readonly stratum?: number
  readonly samples: number
  /** Whether it counts: it answered properly and agrees with most of the others. */
  readonly used: boolean
  /** Why it does not, or why some of its answers do not. */
  readonly dropped: readonly { readonly code: string; readonly message: string }[]
}

export interface ClockReport {
  /** When, by this machine's clock. */
  readonly measuredAt: Date
  /** How far this clock is ahead of the right time; negative when it is behind. */
  readonly skewMs: number
  /** How far the truth may be from that, in either direction. */
  readonly uncertaintyMs: number
  readonly method: 'ntp' | 'https'
  readonly verdict: ClockVerdict
  readonly sources: readonly SourceReport[]
}

const NTP_PORT = 123
const HTTPS_PORT = 443
/** Of four organisations, on three continents: one may be blocked, and another may be wrong. */
export const NTP_SERVERS: readonly TimeServer[] = [
  'time.cloudflare.com',
  'time.apple.com',
  'pool.ntp.org',
  'ntp.aliyun.com',
].map((host) => ({ host, port: NTP_PORT }))
export const WEB_SERVERS: readonly TimeServer[] = [
  'www.cloudflare.com',
  'www.apple.com',
  'www.microsoft.com',
].map((host) => ({ host, port: HTTPS_PORT }))

const SAMPLES = 3
const SPACING_MS = 200
const TIMEOUT_MS = 2_000
/** What reading our own clock may add. */
const READING_MS = 1

interface Source extends Opinion {
  readonly report: Omit<SourceReport, 'used'>
}

/**
 * Asks, drops what is not to be believed, and takes the median of the rest. Throws `CLOCK_UNKNOWN` when
 * nobody answers properly or those that do disagree; its `why` says what each of them did.
 */
export async function measureClock(options: ClockOptions = {}): Promise<ClockReport> {
  const { clock = systemClock, monotonic = systemMonotonic } = options
  const now = steadyClock(clock, monotonic)
  const measuredAt = new Date(now())
  const ntp = (await queryAll(options, now)).map(sourceOfQuery)
  const agreed = findAgreement(ntp.filter(hasOpinion))
  if (agreed !== undefined) return reportOn(agreed, { measuredAt, method: 'ntp', all: ntp })
  const all = [...ntp, ...(await queryWeb(options, now))]
  const second = findAgreement(all.filter(hasOpinion))
  if (second === undefined) throw unknown(all)
  return reportOn(second, { measuredAt, method: 'https', all })
}

/** The fault of a clock that is off by more than `limitMs`, with what sets it right; undefined within it. */
export function skewFault({ skewMs }: ClockReport, limitMs: number, mending?: Mending): Fault | undefined {
  if (Math.abs(skewMs) <= limitMs) return undefined
  const seconds = Math.round(Math.abs(skewMs) / 100) / 10
  const side = skewMs > 0 ? 'ahead' : 'behind'
  const why = `${seconds} s ${side}; the limit is ${limitMs / 1_000} s`
  return new Fault('CLOCK_SKEW', { why, ...(mending?.command && { hint: mending.command }) })
}

function queryAll(options: ClockOptions, now: Clock): Promise<NtpQuery[]> {
  const { servers = NTP_SERVERS, samples = SAMPLES, spacingMs = SPACING_MS, timeoutMs = TIMEOUT_MS } = options
  const { random, transport, resolve } = options.network ?? {}
  const shared = {
    samples,
    spacingMs,
    timeoutMs,
    now,
    ...(random && { random }),
    ...(transport && { transport }),
    ...(resolve && { resolve }),
  }
  return Promise.all(servers.map((server) => queryNtp({ ...server, ...shared })))
}

async function queryWeb(options: ClockOptions, now: Clock): Promise<Source[]> {
  const { webServers = WEB_SERVERS, timeoutMs = TIMEOUT_MS } = options
  const { authorities } = options.network ?? {}
  return Promise.all(
    webServers.map(async ({ host, port }) => {
      try {
        const date = await queryHttpDate({
          host,
          port,
          timeoutMs: timeoutMs * 2,
          now,
          ...(authorities && { authorities }),
        })
        return sourceOfDate(date)
      } catch (error) {
        return silentSource(`https://${host}`, [asFault(error)])
      }
    }),
  )
}

function sourceOfQuery({ server, address, samples, dropped }: NtpQuery): Source {
  const [best] = [...samples].sort((a, b) => a.delayMs - b.delayMs)
  const known = { server, ...(address !== undefined && { address }) }
  if (best === undefined) return { ...silentSource(server, dropped), report: reportOf(known, 0, dropped) }
  const { skewMs, delayMs, stratum } = best
  return {
    skewMs,
    errorMs: errorOf(best),
    report: {
      ...reportOf(known, samples.length, dropped),
      skewMs: micros(skewMs),
      delayMs: micros(delayMs),
      stratum,
    },
  }
}

function sourceOfDate({ server, skewMs, delayMs, datesIgnored }: HttpDate): Source {
  const dropped = datesIgnored
    ? [new Fault('TRANSPORT_TLS_EXPIRED', { why: 'by this clock; its time is taken all the same' })]
    : []
  return {
    skewMs,
    errorMs: DATE_ERROR_MS + delayMs / 2,
    report: { ...reportOf({ server }, 1, dropped), skewMs: micros(skewMs), delayMs: micros(delayMs) },
  }
}

function silentSource(server: string, dropped: readonly Fault[]): Source {
  return { skewMs: Number.NaN, errorMs: 0, report: reportOf({ server }, 0, dropped) }
}

function hasOpinion({ skewMs }: Source): boolean {
  return !Number.isNaN(skewMs)
}

function errorOf({ delayMs, rootDistanceMs }: NtpSample): number {
  return delayMs / 2 + rootDistanceMs + READING_MS
}

function reportOf(
  known: Pick<SourceReport, 'server' | 'address'>,
  samples: number,
  dropped: readonly Fault[],
): Omit<SourceReport, 'used'> {
  return { ...known, samples, dropped: dropped.map(({ code, message }) => ({ code, message })) }
}

/** Nobody reads more than three places. */
function micros(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}

interface Findings {
  readonly measuredAt: Date
  readonly method: ClockReport['method']
  readonly all: readonly Source[]
}

function reportOn(agreement: Agreement<Source>, { measuredAt, method, all }: Findings): ClockReport {
  const { skewMs, uncertaintyMs, agreed, outliers } = agreement
  const sources = all.map((source): SourceReport => {
    const used = agreed.includes(source)
    if (!outliers.includes(source)) return { ...source.report, used }
    const { code, message } = new Fault('NTP_OUTLIER', {
      why: `by ${Math.round(Math.abs(source.skewMs - skewMs))} ms`,
    })
    return { ...source.report, used, dropped: [{ code, message }, ...source.report.dropped] }
  })
  return {
    measuredAt,
    skewMs: micros(skewMs),
    uncertaintyMs: micros(uncertaintyMs),
    method,
    verdict: judgeSkew(skewMs),
    sources,
  }
}

function unknown(all: readonly Source[]): Fault {
  const heard = all
    .filter(hasOpinion)
    .map(({ skewMs, report }) => `${report.server}: ${Math.round(skewMs)} ms`)
  return new Fault('CLOCK_UNKNOWN', { why: [...heard, ...reasonsOf(all)].join('; ') })
}

/** Why servers have no opinion; those that share a reason stand together, which it then need not name. */
function reasonsOf(all: readonly Source[]): readonly string[] {
  const groups = new Map<string, { readonly servers: string[]; readonly message: string }>()
  for (const source of all) {
    if (hasOpinion(source)) continue
    const { server, dropped } = source.report
    const { code, message } = dropped[0] ?? { code: '', message: 'no answer' }
    const group = groups.get(code)
    if (group === undefined) groups.set(code, { servers: [server], message })
    else group.servers.push(server)
  }
  return [...groups.values()].map(({ servers, message }) => {
    const shared = servers.length > 1 ? message.split(': ', 1)[0] : message
    return `${servers.join(', ')}: ${shared}`
  })
}
