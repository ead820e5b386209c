const WORD = 4

/**
 * XORs bytes in place with a key of four bytes that repeats, as WebSocket clients mask (RFC 6455 §5.3).
 * By the word where memory is aligned: several times as fast as byte by byte.
 */
export function xorMask(bytes: Uint8Array, key: Uint8Array): void {
  const { length } = bytes
  const lead = (WORD - (bytes.byteOffset % WORD)) % WORD
  if (length < 2 * WORD) {
    xorBytes(bytes, key, { from: 0, to: length })
    return
  }
  xorBytes(bytes, key, { from: 0, to: lead })
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + lead, (length - lead) >>> 2)
  const turned = Uint8Array.from({ length: WORD }, (_, i) => key[(lead + i) % WORD] as number)
  const word = new Int32Array(turned.buffer)[0] as number
  // An indexed loop: this is the one place where every byte of an upload passes through JavaScript.
  for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) ^ word
  xorBytes(bytes, key, { from: lead + words.length * WORD, to: length })
}

function xorBytes(bytes: Uint8Array, key: Uint8Array, { from, to }: { from: number; to: number }): void {
  for (let i = from; i < to; i++) bytes[i] = (bytes[i] as number) ^ (key[i % WORD] as number)
}
