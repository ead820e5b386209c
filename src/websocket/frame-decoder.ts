import { xorMask } from '../bytes/xor-mask.js'
import { Fault } from '../faults/fault.js'
import { CONTROL_BYTES, FIN, KEY_BYTES, LONGER, MASKED, OPCODE, type WebSocketRole } from './frame.js'

export type WebSocketEvent =
  /** Part of a message, never empty, as soon as it is there: where messages begin and end means nothing. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'ping'; readonly payload: Uint8Array }
  | { readonly kind: 'pong' }
  /** Nothing follows. `code` is 1005 where the peer gave none. */
  | { readonly kind: 'close'; readonly code: number }

/**
 * Longest message that is taken. Nothing is held of one, so this only refuses what no peer sends: they
 * write 2 to 64 KiB.
 */
const MESSAGE_LIMIT = 1024 * 1024
const FRAGMENT_LIMIT = 4_096
const MOST_HEAD = 2 + 8 + KEY_BYTES
const RESERVED = { all: 0x70, other: 0x30 } as const
/** Close codes (RFC 6455 §7.4). */
const CODE = { protocol: 1002, none: 1005, big: 1009 } as const

const NOTHING: Uint8Array = new Uint8Array(0)

/**
 * Bytes in, events out (RFC 6455 §5). Payload is given as it comes, unmasked where it lies; only heads and the
 * payload of control frames are held. Throws `TRANSPORT_WEBSOCKET`, and then for ever.
 */
export class WebSocketDecoder {
  readonly #masked: boolean
  #input: Uint8Array = NOTHING
  readonly #head = new Uint8Array(MOST_HEAD)
  #headBytes = 0
  /** Bytes that the head has, as far as that can be said. */
  #headNeeds = 2
  #opcode = 0
  #final = false
  /** A message has begun and not ended. */
  #open = false
  #messageBytes = 0
  #fragments = 0
  /** Payload of the frame that is to come, and that has come. */
  #left = 0
  #taken = 0
  #control: Uint8Array = NOTHING
  #closed = false
  #fault: Fault | undefined
  #closeCode: number = CODE.protocol

  /** `role` is ours: the peer of a server masks, that of a client does not. */
  constructor(role: WebSocketRole) {
    this.#masked = role === 'server'
  }

  /** What to close with after a fault. */
  get closeCode(): number {
    return this.#closeCode
  }

  /** Borrows the bytes until `next` has given undefined, and writes into them. */
  receive(bytes: Uint8Array): void {
    if (!this.#closed && this.#fault === undefined) this.#input = bytes
  }

  /** The next event; undefined: needs more bytes, or a close has come. What follows that is ignored. */
  next(): WebSocketEvent | undefined {
    if (this.#fault !== undefined) throw this.#fault
    while (!this.#closed) {
      if (this.#headBytes < this.#headNeeds) {
        if (this.#input.length === 0) return undefined
        this.#takeHead()
      } else {
        if (this.#left > 0 && this.#input.length === 0) return undefined
        const event = this.#takePayload()
        if (event !== undefined) return event
      }
    }
    return undefined
  }

  #takeHead(): void {
    const part = this.#input.subarray(0, this.#headNeeds - this.#headBytes)
    this.#head.set(part, this.#headBytes)
    this.#headBytes += part.length
    this.#input = this.#input.subarray(part.length)
    if (this.#headBytes < this.#headNeeds) return
    if (this.#headNeeds === 2) this.#readStart()
    if (this.#headBytes === this.#headNeeds) this.#readLength()
  }

  /** The first two bytes say how long the head is. */
  #readStart(): void {
    const [first = 0, second = 0] = this.#head
    const length = second & ~MASKED
    this.#opcode = first & 0x0f
    this.#final = (first & FIN) !== 0
    if ((first & RESERVED.all) !== 0)
      this.#fail(`RSV${(first & RESERVED.other) !== 0 ? '2 or RSV3' : '1'} is set`)
    if (this.#opcode >= OPCODE.close) this.#checkControl(length)
    else this.#checkMessage()
    if (((second & MASKED) !== 0) !== this.#masked) {
      this.#fail(this.#masked ? 'a frame of a client is not masked' : 'a frame of a server is masked')
    }
    const longer = length === LONGER.two ? 2 : length === LONGER.eight ? 8 : 0
    this.#headNeeds = 2 + longer + (this.#masked ? KEY_BYTES : 0)
  }

  #checkControl(length: number): void {
    if (this.#opcode > OPCODE.pong) this.#fail(`opcode ${this.#opcode}`)
    if (!this.#final) this.#fail('a control frame in fragments')
    if (length > CONTROL_BYTES) this.#fail(`a control frame of more than ${CONTROL_BYTES} bytes`)
    if (this.#opcode === OPCODE.close && length === 1) this.#fail('a close frame with one byte')
  }

  #checkMessage(): void {
    const continues = this.#opcode === OPCODE.continuation
    if (this.#opcode > OPCODE.binary || continues !== this.#open) this.#fail(`opcode ${this.#opcode}`)
    if (++this.#fragments > FRAGMENT_LIMIT) {
      this.#fail(`a message of more than ${FRAGMENT_LIMIT} fragments`, CODE.big)
    }
  }

  #readLength(): void {
    const view = new DataView(this.#head.buffer)
    const short = (this.#head[1] as number) & ~MASKED
    const length =
      short === LONGER.two
        ? view.getUint16(2)
        : short === LONGER.eight
          ? view.getUint32(2) * 2 ** 32 + view.getUint32(6)
          : short
    this.#left = length
    this.#taken = 0
    if (this.#opcode >= OPCODE.close) {
      this.#control = new Uint8Array(length)
      return
    }
    this.#open = true
    this.#messageBytes += length
    if (this.#messageBytes > MESSAGE_LIMIT)
      this.#fail(`a message of more than ${MESSAGE_LIMIT} bytes`, CODE.big)
  }

  /** What is there of the payload, or the end of a frame without any. */
  #takePayload(): WebSocketEvent | undefined {
    const bytes = this.#input.subarray(0, this.#left)
    this.#input = this.#input.subarray(bytes.length)
    if (this.#masked)
      xorMask(bytes, this.#head.subarray(this.#headNeeds - KEY_BYTES, this.#headNeeds), this.#taken)
    const isControl = this.#opcode >= OPCODE.close
    if (isControl) this.#control.set(bytes, this.#taken)
    this.#taken += bytes.length
    this.#left -= bytes.length
    if (this.#left === 0) this.#endFrame()
    if (!isControl) return bytes.length === 0 ? undefined : { kind: 'data', bytes }
    return this.#left === 0 ? this.#readControl() : undefined
  }

  #endFrame(): void {
    this.#headBytes = 0
    this.#headNeeds = 2
    if (this.#opcode >= OPCODE.close || !this.#final) return
    this.#open = false
    this.#messageBytes = 0
    this.#fragments = 0
  }

  #readControl(): WebSocketEvent {
    const payload = this.#control
    this.#control = NOTHING
    if (this.#opcode === OPCODE.ping) return { kind: 'ping', payload }
    if (this.#opcode === OPCODE.pong) return { kind: 'pong' }
    const code = payload.length === 0 ? CODE.none : ((payload[0] as number) << 8) | (payload[1] as number)
    if (payload.length > 0 && !isCloseCode(code)) this.#fail(`close code ${code}`)
    this.#closed = true
    this.#input = NOTHING
    return { kind: 'close', code }
  }

  #fail(why: string, closeCode: number = CODE.protocol): never {
    this.#input = NOTHING
    this.#closeCode = closeCode
    this.#fault = new Fault('TRANSPORT_WEBSOCKET', { why })
    throw this.#fault
  }
}

/** Those that may be sent: 1004 to 1006 mean something only inside a program. */
function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999)
}
