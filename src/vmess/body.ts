/**
 * The two halves of a body, whatever its security and options (protocol §4). `body-plan.ts` decides
 * the shape; `chunk-encoder.ts` and `chunk-decoder.ts` are the chunked forms.
 */

/** Plaintext in, wire bytes out, as a list so that payload is not copied behind its size field. */
export interface BodyEncoder {
  /** Whether `encode` returns views of what it is given among its pieces; else all are fresh memory. */
  readonly borrows: boolean
  /** Wire bytes of `data`, in order. */
  encode(data: Uint8Array): readonly Uint8Array[]
  /** The peer is known to read chunks of any size: fewer, larger ones from now on (protocol §4.7). */
  allowLargeChunks(): void
  /** The end-of-stream chunk; empty where the options have none. */
  finish(): readonly Uint8Array[]
  /** What no reader takes for an end, wherever the transport ends behind it; empty where the form has none. */
  breakOff(): readonly Uint8Array[]
}

/** Wire bytes in, plaintext out. Cutting the input differently must not change the plaintext. */
export interface BodyDecoder {
  /** Whether `next` returns views of received bytes rather than memory of its own. */
  readonly borrows: boolean
  /** The end-of-stream chunk was read; what follows it is ignored. */
  readonly ended: boolean
  /** Borrows the bytes until `next` has returned undefined. */
  receive(bytes: Uint8Array): void
  /** The next plaintext piece, never empty; for udp exactly one datagram. Undefined: needs more bytes. */
  next(): Uint8Array | undefined
  /** States that the transport ended. Faults with `WIRE_TRUNCATED` inside a chunk; fine between chunks. */
  finish(): void
}
