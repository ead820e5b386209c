/**
 * The NTP packet as clients use it (RFC 5905 §7.3); extension fields and authentication follow and are not
 * looked at.
 *
 * ```text
 *  0       1       2       3
 * ┌───────┬───────┬───────┬───────┐
 * │LI VN M│stratum│ poll  │precis.│   LI 2 bits, VN 3, mode 3
 * ├───────┴───────┴───────┴───────┤
 * │          root delay           │   16.16 seconds
 * │        root dispersion        │
 * │         reference id          │   of stratum 0: the kiss code
 * ├───────────────────────────────┤
 * │      reference time, 8 B      │   when the server was last set
 * │       origin time, 8 B        │   what we sent as transmit time
 * │       receive time, 8 B       │
 * │      transmit time, 8 B       │
 * └───────────────────────────────┘
 * ```
 */
import { Fault } from '../faults/fault.js'
import { shortMs, timestampMs } from './timestamp.js'

export const PACKET_BYTES = 48
/** Of a cookie: the transmit time of a request, which comes back as the origin time of the answer. */
export const COOKIE_BYTES = 8

const VERSION = 4
const MODE_CLIENT = 3
const ORIGIN_AT = 24
const TRANSMIT_AT = 40

export interface NtpAnswer {
  /** 0 none, 1 and 2 a leap second is due, 3 the server does not know the time. */
  readonly leap: number
  readonly version: number
  /** 4 for a server's answer. */
  readonly mode: number
  /** 1 has a clock of its own; 0 is a kiss of death; 16 knows no time. */
  readonly stratum: number
  readonly rootDelayMs: number
  readonly rootDispersionMs: number
  /** Four characters where they are readable: the kiss code, or the source of a stratum 1. */
  readonly referenceId: string
  /** Milliseconds since the Unix epoch; absent means unknown. */
  readonly referenceMs: number | undefined
  readonly receiveMs: number | undefined
  readonly transmitMs: number | undefined
  readonly cookie: Uint8Array
}

/**
 * A client's request. Everything that a server has no need to know is zero; the transmit time is a random
 * cookie of 8 bytes, so that nobody who does not see the request can make up an answer.
 */
export function encodeRequest(cookie: Uint8Array): Uint8Array {
  const packet = new Uint8Array(PACKET_BYTES)
  packet[0] = (VERSION << 3) | MODE_CLIENT
  packet.set(cookie, TRANSMIT_AT)
  return packet
}

/** Reads an answer without judging it. Throws `NTP_PACKET` for what is too short to be one. */
export function decodeAnswer(bytes: Uint8Array): NtpAnswer {
  if (bytes.length < PACKET_BYTES) {
    throw new Fault('NTP_PACKET', { why: `${bytes.length} bytes; a packet has ${PACKET_BYTES} at least` })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const first = view.getUint8(0)
  return {
    leap: first >>> 6,
    version: (first >>> 3) & 7,
    mode: first & 7,
    stratum: view.getUint8(1),
    rootDelayMs: shortMs(view, 4),
    rootDispersionMs: shortMs(view, 8),
    referenceId: readable(bytes.subarray(12, 16)),
    referenceMs: timestampMs(view, 16),
    cookie: new Uint8Array(bytes.subarray(ORIGIN_AT, ORIGIN_AT + COOKIE_BYTES)),
    receiveMs: timestampMs(view, 32),
    transmitMs: timestampMs(view, TRANSMIT_AT),
  }
}

/** Printable characters up to the padding; empty for the hash or address that others put there. */
function readable(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1').replace(/\0+$/, '')
  return /^[\x20-\x7e]*$/.test(text) ? text : ''
}
