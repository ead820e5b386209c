import { ByteQueue } from '../bytes/byte-queue.js'
import { asFault, Fault } from '../faults/fault.js'

/** The longest head that is read, from its first byte to the empty line (protocol §9.2). */
export const HEAD_LIMIT = 8_192

/** The most that is taken of one read; the rest stays with the caller. */
const SLICE = HEAD_LIMIT
const LF = 0x0a
const CR = 0x0d

const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ ([\x21-\x7e\x80-\xff]+) HTTP\/\d\.\d$/
const STATUS_LINE = /^HTTP\/\d(?:\.\d)? (\d{3})(?: [\t\x20-\x7e\x80-\xff]*)?$/
const FIELD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*$/
const FIRST_BYTE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/

/** A head as far as the disguise looks at it. */
export type DisguiseHead =
  /** `path` is decoded and without its query. */
  | { readonly kind: 'request'; readonly path: string }
  /** `empty`: it announces that nothing follows, as an error page of a web server does. */
  | { readonly kind: 'response'; readonly status: number; readonly empty: boolean }

/**
 * Bytes in, one head out; the bytes behind it stay with the caller. Cut anywhere, it reads the same.
 * A head over 8192 bytes or one that is no HTTP is `TRANSPORT_HTTP_HEAD`, told as soon as it shows;
 * a fault is repeated ever after.
 */
export class HeadReader {
  readonly #kind: DisguiseHead['kind']
  readonly #queue = new ByteQueue(HEAD_LIMIT + SLICE, 'HTTP head')
  /** Bytes at the front that hold no line end that was not looked at. */
  #searched = 0
  #lines: string[] = []
  #lineStart = 0
  #fault: Fault | undefined

  constructor(kind: DisguiseHead['kind']) {
    this.#kind = kind
  }

  /** Whether nothing has come yet. */
  get isEmpty(): boolean {
    return this.#queue.length === 0
  }

  /**
   * Takes bytes in. Once the head is complete: the head, and how many of these bytes belong to it.
   * Undefined asks for more.
   */
  receive(bytes: Uint8Array): { readonly head: DisguiseHead; readonly used: number } | undefined {
    if (this.#fault !== undefined) throw this.#fault
    try {
      const held = this.#queue.length
      this.#queue.append(bytes.subarray(0, SLICE))
      const length = this.#readLines()
      if (length !== undefined) return { head: this.#interpret(), used: length - held }
      if (this.#queue.length >= HEAD_LIMIT) throw headFault(`it exceeds ${HEAD_LIMIT} bytes`)
      return undefined
    } catch (error) {
      this.#fault = asFault(error)
      throw this.#fault
    }
  }

  /** The length of the head once its empty line was seen. Each line is checked when it is whole. */
  #readLines(): number | undefined {
    const held = this.#queue.peek()
    if (held[0] !== undefined && !FIRST_BYTE.test(String.fromCharCode(held[0]))) {
      throw headFault(`its first byte is ${held[0]}`)
    }
    for (let at = held.indexOf(LF, this.#searched); at >= 0; at = held.indexOf(LF, this.#lineStart)) {
      if (at >= HEAD_LIMIT) break
      if (held[at - 1] !== CR) throw headFault('a line ends without a carriage return')
      const line = Buffer.from(held.buffer, held.byteOffset + this.#lineStart, at - 1 - this.#lineStart)
      this.#lineStart = at + 1
      if (line.length === 0) return at + 1
      this.#takeLine(line.toString('latin1'))
    }
    this.#searched = held.length
    return undefined
  }

  #takeLine(line: string): void {
    const first = this.#lines.length === 0
    const shape = first ? (this.#kind === 'request' ? REQUEST_LINE : STATUS_LINE) : FIELD
    if (!shape.test(line))
      throw headFault(first ? `it does not begin as a ${this.#kind}` : 'a header is none')
    this.#lines.push(line)
  }

  #interpret(): DisguiseHead {
    const [start = '', ...fields] = this.#lines
    if (this.#kind === 'request')
      return { kind: 'request', path: pathOf(REQUEST_LINE.exec(start)?.[1] ?? '') }
    const empty = fields.some((field) => /^content-length:[\t ]*0[\t ]*$/i.test(field))
    return { kind: 'response', status: Number(STATUS_LINE.exec(start)?.[1]), empty }
  }
}

/** The path of a request target: `/a%20b?c` and `http://host/a%20b` both ask for `/a b`. */
function pathOf(target: string): string {
  const local = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')
  try {
    return decodeURIComponent(Buffer.from(local, 'latin1').toString())
  } catch (error) {
    throw headFault('its path is encoded wrongly', error)
  }
}

function headFault(why: string, cause?: unknown): Fault {
  return new Fault('TRANSPORT_HTTP_HEAD', { why, cause })
}
