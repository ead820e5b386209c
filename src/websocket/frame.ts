/**
 * One frame of a WebSocket (RFC 6455 §5.2), as it is written.
 *
 *     +-----+------+--------+------+--------+------------------+------+---------+
 *     | fin | zero | opcode | mask | length | longer length    | key  | payload |
 *     |  1  |  3   |   4    |  1   | 7 bits | 0, 2 or 8 bytes  | 4    |         |
 *     +-----+------+--------+------+--------+------------------+------+---------+
 *
 * Clients mask the payload with the key, servers send it as it is and no key.
 */
import { xorMask } from '../bytes/xor-mask.js'

export type WebSocketRole = 'client' | 'server'

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
export const FIN = 0x80
export const MASKED = 0x80
export const KEY_BYTES = 4
/** Lengths from here on are written behind the first two bytes, in as many as the value says. */
export const LONGER = { two: 126, eight: 127 } as const
/** The longest payload of a close, a ping or a pong. */
export const CONTROL_BYTES = 125
/** Longest message that is written; its length fits into two bytes. */
export const MESSAGE_BYTES = 65_535

const NO_KEY: Uint8Array = new Uint8Array(0)

/** Gives a key of four bytes that nobody foresees. */
export type MakeKey = () => Uint8Array

/**
 * Bytes as binary messages, one if they fit; to be sent in this order. A client masks the pieces where
 * they lie, so they have to be its own.
 */
export function encodeMessages(
  pieces: readonly Uint8Array[],
  role: WebSocketRole,
  makeKey: MakeKey,
): readonly Uint8Array[] {
  const out: Uint8Array[] = []
  let left = pieces.reduce((sum, piece) => sum + piece.length, 0)
  let key = NO_KEY
  let messageLeft = 0
  let phase = 0
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      if (messageLeft === 0) {
        messageLeft = Math.min(left, MESSAGE_BYTES)
        phase = 0
        if (role === 'client') key = makeKey()
        out.push(encodeHead(OPCODE.binary, messageLeft, key))
      }
      const part = piece.subarray(at, at + messageLeft)
      if (role === 'client') xorMask(part, key, phase)
      out.push(part)
      at += part.length
      phase += part.length
      messageLeft -= part.length
      left -= part.length
    }
  }
  return out
}

/** A close, a ping or a pong, whole. The payload is copied; at most {@link CONTROL_BYTES}. */
export function encodeControl(
  control: { readonly opcode: number; readonly payload: Uint8Array },
  role: WebSocketRole,
  makeKey: MakeKey,
): Uint8Array {
  const { opcode, payload } = control
  const key = role === 'client' ? makeKey() : NO_KEY
  const head = encodeHead(opcode, payload.length, key)
  const frame = new Uint8Array(head.length + payload.length)
  frame.set(head)
  frame.set(payload, head.length)
  if (role === 'client') xorMask(frame.subarray(head.length), key)
  return frame
}

/** At most {@link MESSAGE_BYTES} of payload. */
function encodeHead(opcode: number, length: number, key: Uint8Array): Uint8Array {
  const long = length > CONTROL_BYTES
  const head = new Uint8Array((long ? 4 : 2) + key.length)
  head[0] = FIN | opcode
  head[1] = (key.length > 0 ? MASKED : 0) | (long ? LONGER.two : length)
  if (long) {
    head[2] = length >>> 8
    head[3] = length & 0xff
  }
  head.set(key, head.length - key.length)
  return head
}
