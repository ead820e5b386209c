/** Bodies without framing: "zero", and the running cipher of aes-128-cfb around another body. */
import type { StreamCipher } from '../crypto/backend.js'
import type { BodyDecoder, BodyEncoder } from './body.js'

const EMPTY = new Uint8Array(0)
const NONE: readonly Uint8Array[] = []

/** The payload as it is; the end of the transport is the end of the body. */
export class RawEncoder implements BodyEncoder {
  readonly borrows = true

  encode(data: Uint8Array): readonly Uint8Array[] {
    return data.length === 0 ? NONE : [data]
  }

  allowLargeChunks(): void {
    // Without chunks there is nothing to enlarge.
  }

  finish(): readonly Uint8Array[] {
    return NONE
  }

  breakOff(): readonly Uint8Array[] {
    return NONE
  }
}

export class RawDecoder implements BodyDecoder {
  readonly borrows = true
  readonly ended = false
  #input: Uint8Array = EMPTY

  receive(bytes: Uint8Array): void {
    this.#input = bytes
  }

  next(): Uint8Array | undefined {
    const input = this.#input
    this.#input = EMPTY
    return input.length === 0 ? undefined : input
  }

  finish(): void {
    // Every byte is payload: the transport may end anywhere.
  }
}

/** Everything the inner encoder writes, sizes included, passes through one running cipher. */
export class CipheredEncoder implements BodyEncoder {
  readonly borrows = false
  readonly #cipher: StreamCipher
  readonly #inner: BodyEncoder

  constructor(cipher: StreamCipher, inner: BodyEncoder) {
    this.#cipher = cipher
    this.#inner = inner
  }

  encode(data: Uint8Array): readonly Uint8Array[] {
    return this.#inner.encode(data).map((piece) => this.#cipher.update(piece))
  }

  allowLargeChunks(): void {
    this.#inner.allowLargeChunks()
  }

  finish(): readonly Uint8Array[] {
    return this.#inner.finish().map((piece) => this.#cipher.update(piece))
  }

  breakOff(): readonly Uint8Array[] {
    return this.#inner.breakOff()
  }
}

export class CipheredDecoder implements BodyDecoder {
  /** The cipher's output is fresh memory, of which the inner decoder hands out views. */
  readonly borrows = false
  readonly #cipher: StreamCipher
  readonly #inner: BodyDecoder

  constructor(cipher: StreamCipher, inner: BodyDecoder) {
    this.#cipher = cipher
    this.#inner = inner
  }

  get ended(): boolean {
    return this.#inner.ended
  }

  receive(bytes: Uint8Array): void {
    this.#inner.receive(this.#cipher.update(bytes))
  }

  next(): Uint8Array | undefined {
    return this.#inner.next()
  }

  finish(): void {
    this.#inner.finish()
  }
}
