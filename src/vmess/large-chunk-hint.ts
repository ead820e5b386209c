/**
 * How our client tells our server that it reads chunks of any size, and that it marks the end of every stream, so that
 * one which ends without the mark was cut (protocol §4.5: others just close).
 *
 * Chunks above 16 KiB spare a fifth of the work, but some servers and clients refuse them (protocol
 * §4.7), and VMess negotiates nothing. A server shows what it is by its response options; a client does
 * not. So our client writes a mark where the protocol leaves it free to write anything: the padding of
 * the request header, which every server skips.
 *
 *     +--------------------------------------------------------+--------+
 *     | SHA-256("vmess-kit large chunks" ‖ body key), first 8  | random |
 *     |                           8                            |  0..7  |
 *     +--------------------------------------------------------+--------+
 *
 * The mark depends on the body key, which is random, so it never repeats. It lies inside the seal, so
 * nobody outside sees it; the random bytes keep the length of the head varying. By chance a stranger's
 * padding looks like it once in 2^64.
 */
import { concat, equal } from '../bytes/bytes.js'
import { sha256 } from '../crypto/digest.js'
import type { Random } from '../ports/ports.js'

const CONTEXT = new TextEncoder().encode('vmess-kit large chunks')
const MARK_BYTES = 8
/** As many values as there are lengths from the mark alone to the longest padding. */
const LENGTHS = 8

/** Padding that carries the mark; 8 to 15 bytes. */
export function largeChunkPadding(bodyKey: Uint8Array, random: Random): Uint8Array {
  const extra = (random(1)[0] as number) % LENGTHS
  return concat([mark(bodyKey), random(extra)])
}

/** Whether the padding of a request header carries the mark. */
export function hintsLargeChunks(bodyKey: Uint8Array, padding: Uint8Array): boolean {
  return padding.length >= MARK_BYTES && equal(padding.subarray(0, MARK_BYTES), mark(bodyKey))
}

function mark(bodyKey: Uint8Array): Uint8Array {
  return sha256(concat([CONTEXT, bodyKey])).subarray(0, MARK_BYTES)
}
