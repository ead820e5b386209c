/** Bytes that can be made again and that no reordering, loss or repetition leaves unchanged. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'

const BLOCK_BYTES = 64 * 1024

/** `bytes` of a stream that differs with `seed`: every 64 KiB begin with their number. */
export function* pattern(seed: string, bytes: number): Generator<Buffer> {
  const noise = createHash('shake256', { outputLength: BLOCK_BYTES }).update(seed).digest()
  for (let at = 0, number = 0; at < bytes; at += BLOCK_BYTES, number++) {
    const block = Buffer.from(noise.subarray(0, Math.min(BLOCK_BYTES, bytes - at)))
    if (block.length >= 4) block.writeUInt32BE(number)
    yield block
  }
}

export function patternStream(seed: string, bytes: number): Readable {
  return Readable.from(pattern(seed, bytes), { objectMode: false, highWaterMark: 4 * BLOCK_BYTES })
}

const digests = new Map<string, string>()

/** SHA-256 of the whole pattern, hex. */
export function patternDigest(seed: string, bytes: number): string {
  const key = `${bytes}:${seed}`
  let digest = digests.get(key)
  if (digest === undefined) {
    const hash = createHash('sha256')
    for (const block of pattern(seed, bytes)) hash.update(block)
    digest = hash.digest('hex')
    digests.set(key, digest)
  }
  return digest
}
