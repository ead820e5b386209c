/** What one answer says about the clock, once it has been found worth listening to (RFC 5905 §8, §9.2). */
import { Fault } from '../faults/fault.js'
import type { NtpAnswer } from './packet.js'

export interface NtpSample {
  /** How far this clock is ahead of the server's; negative when it is behind. Milliseconds. */
  readonly skewMs: number
  /** Time on the way, both directions together, without the server's own. */
  readonly delayMs: number
  /** The most by which the server itself may be wrong, by its own account. */
  readonly rootDistanceMs: number
  readonly stratum: number
}

/** Times of this clock, in milliseconds since the Unix epoch. */
export interface Exchange {
  readonly sentMs: number
  readonly receivedMs: number
}

const MODE_SERVER = 4
const LEAP_UNKNOWN = 3
const STRATUM_KISS = 0
const STRATUM_MAX = 15
/** MAXDIST of RFC 5905: beyond it a server is no source of time. */
const MAX_DISTANCE_MS = 1_000
/** Two clocks tick apart by this much at most while an answer is made, so that a delay may be negative. */
const TICK_MS = 2

/** Kiss codes that end the conversation (RFC 5905 §7.4). */
const KISSES: Readonly<Record<string, string>> = {
  DENY: 'it does not serve this client',
  RSTR: 'it does not serve this client',
  RATE: 'it was asked too often',
  INIT: 'it has only just started',
  STEP: 'its clock was just set',
}

/**
 * The sample of an answer whose cookie has been found to be ours. Throws `NTP_KISS` when the server sends
 * us away, `NTP_UNSYNCHRONISED` when it does not know the time, and `NTP_PACKET` for what no server may say.
 */
export function takeSample(answer: NtpAnswer, { sentMs, receivedMs }: Exchange): NtpSample {
  const { mode, version, stratum, receiveMs, transmitMs } = answer
  if (mode !== MODE_SERVER) throw nonsense(`mode ${mode} is not that of a server`)
  if (version < 1 || version > 4) throw nonsense(`version ${version}`)
  if (stratum === STRATUM_KISS) throw kissOf(answer)
  assertSynchronised(answer)
  if (receiveMs === undefined || transmitMs === undefined) throw nonsense('it gives no time')
  if (transmitMs < receiveMs) throw nonsense('it answered before it was asked')
  const delayMs = receivedMs - sentMs - (transmitMs - receiveMs)
  if (delayMs < -TICK_MS) throw nonsense('it says that its answer took longer than we waited for it')
  return {
    skewMs: (sentMs - receiveMs + (receivedMs - transmitMs)) / 2,
    delayMs: Math.max(delayMs, 0),
    rootDistanceMs: distanceOf(answer),
    stratum,
  }
}

function assertSynchronised(answer: NtpAnswer): void {
  const { leap, stratum, referenceMs, transmitMs } = answer
  if (leap === LEAP_UNKNOWN) throw unsynchronised('it says that its clock is not set')
  if (stratum > STRATUM_MAX) throw unsynchronised(`stratum ${stratum}`)
  const distance = distanceOf(answer)
  if (distance > MAX_DISTANCE_MS) {
    throw unsynchronised(`it may be wrong by ${Math.round(distance)} ms, by its own account`)
  }
  if (referenceMs !== undefined && transmitMs !== undefined && referenceMs > transmitMs) {
    throw unsynchronised('its clock was set after it answered, by its own account')
  }
}

/** Half of the way to the reference clock, and what may have been lost on it. */
function distanceOf({ rootDelayMs, rootDispersionMs }: NtpAnswer): number {
  return rootDelayMs / 2 + rootDispersionMs
}

function kissOf({ referenceId }: NtpAnswer): Fault {
  return new Fault('NTP_KISS', {
    why: `${referenceId || 'no code'}, ${KISSES[referenceId] ?? 'stop asking'}`,
  })
}

function nonsense(why: string): Fault {
  return new Fault('NTP_PACKET', { why })
}

function unsynchronised(why: string): Fault {
  return new Fault('NTP_UNSYNCHRONISED', { why })
}
