/**
 * NTP timestamps (RFC 5905 §6): 32 bits of seconds since 1900 and 32 bits of their fraction. The first era
 * ends in February 2036; a value in its lower half therefore belongs to the second (RFC 4330 §3).
 */

/** Seconds from 1900 to 1970. */
const UNIX_EPOCH_S = 2_208_988_800
const ERA_S = 2 ** 32
const FRACTIONS = 2 ** 32

/** Milliseconds since the Unix epoch, with fractions; undefined for the timestamp zero, which means unknown. */
export function timestampMs(view: DataView, offset: number): number | undefined {
  const seconds = view.getUint32(offset)
  const fraction = view.getUint32(offset + 4)
  if (seconds === 0 && fraction === 0) return undefined
  const era = seconds < ERA_S / 2 ? ERA_S : 0
  return (seconds + era - UNIX_EPOCH_S) * 1_000 + (fraction / FRACTIONS) * 1_000
}

/** A short-format interval, 16 bits of seconds and 16 of their fraction, in milliseconds. */
export function shortMs(view: DataView, offset: number): number {
  return (view.getUint32(offset) / 65_536) * 1_000
}
