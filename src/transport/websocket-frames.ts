/** Frames of RFC 6455, written and read by `ws`. */
import { Receiver, Sender } from 'ws'
import { xorMask } from '../bytes/xor-mask.js'
import { Fault } from '../faults/fault.js'
import { systemRandom } from '../ports/ports.js'

export type WebSocketRole = 'client' | 'server'

/** Longest message that is written; its length fits into two bytes. */
export const MESSAGE_BYTES = 65_535
/**
 * Longest message that is read, since it is held until it is whole. Peers write 2 to 64 KiB; whoever
 * knows the path could otherwise make us hold what he likes.
 */
const MESSAGE_LIMIT = 1024 * 1024
const FRAGMENT_LIMIT = 4_096
const PIECE_LIMIT = 4_096

const KEY_BYTES = 4
const OPCODE = { binary: 2, close: 8, pong: 10 } as const

/** Close codes after which nothing is wrong: normal, going away, and none given. */
const ORDERLY: readonly number[] = [1000, 1001, 1005]
const TOO_BIG = 1009
const BROKEN = 1002

export interface FrameEvents {
  onMessage(payload: Buffer): void
  onPing(payload: Buffer): void
  /** Nothing more will come; the fault, if the peer says that something is wrong. */
  onClose(fault?: Fault): void
  /** The peer broke the rules; `code` is what to close with. */
  onFault(fault: Fault, code: number): void
}

/** Bytes in, events out, within the same call; only a fault comes a little later. */
export class FrameReader {
  readonly #receiver: Receiver
  #over = false

  constructor(role: WebSocketRole, events: FrameEvents) {
    const receiver = new Receiver({
      isServer: role === 'server',
      maxPayload: MESSAGE_LIMIT,
      maxFragments: FRAGMENT_LIMIT,
      maxBufferedChunks: PIECE_LIMIT,
      skipUTF8Validation: true,
    })
    // Text is taken as well: v2ray does, and nothing is lost by it.
    receiver.on('message', (payload: Buffer) => {
      if (payload.length > 0 && !this.#over) events.onMessage(payload)
    })
    receiver.on('ping', (payload: Buffer) => {
      if (!this.#over) events.onPing(payload)
    })
    receiver.on('conclude', (code: number) => {
      if (this.#over) return
      this.#over = true
      events.onClose(
        ORDERLY.includes(code) ? undefined : new Fault('TRANSPORT_WEBSOCKET', { why: `closed with ${code}` }),
      )
    })
    receiver.on('error', (error: Error) => {
      if (this.#over) return
      this.#over = true
      const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
      const fault = new Fault('TRANSPORT_WEBSOCKET', { why: error.message, cause: error })
      events.onFault(fault, code.includes('LENGTH') || code.includes('TOO_MANY') ? TOO_BIG : BROKEN)
    })
    this.#receiver = receiver
  }

  /** Takes the memory over and may write into it. Does nothing after a close frame or a fault. */
  receive(bytes: Uint8Array): void {
    if (!this.#over) this.#receiver.write(asBuffer(bytes))
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#over = true
  }
}

/**
 * One binary message: its head, and the payload. A client masks the payload, where it lies if it is
 * `owned`, else in a copy.
 */
export function messageFrame(
  payload: Uint8Array,
  { role, owned }: { role: WebSocketRole; owned: boolean },
): readonly [head: Buffer, payload: Uint8Array] {
  if (role === 'server') return [headOf(payload, false), payload]
  const head = headOf(payload, true)
  const key = systemRandom(KEY_BYTES)
  head.set(key, head.length - KEY_BYTES)
  const masked = owned ? payload : new Uint8Array(payload)
  xorMask(masked, key)
  return [head, masked]
}

/** With a key of zeros, by which `ws` leaves the payload alone: it would mask byte by byte. */
function headOf(payload: Uint8Array, mask: boolean): Buffer {
  const options = {
    fin: true,
    opcode: OPCODE.binary,
    mask,
    readOnly: true,
    rsv1: false,
    generateMask: noMask,
  }
  return Sender.frame(asBuffer(payload), options)[0] as Buffer
}

function noMask(key: Buffer): void {
  key.fill(0)
}

export function pongFrame(payload: Buffer, role: WebSocketRole): Buffer {
  return control(OPCODE.pong, payload, role)
}

export function closeFrame(code: number, role: WebSocketRole): Buffer {
  const body = Buffer.alloc(2)
  body.writeUInt16BE(code)
  return control(OPCODE.close, body, role)
}

function control(opcode: number, payload: Buffer, role: WebSocketRole): Buffer {
  const mask = role === 'client'
  return Buffer.concat(Sender.frame(payload, { fin: true, opcode, mask, readOnly: true, rsv1: false }))
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
