/**
 * What makes a packet unreadable and its damage visible (protocol §9.8).
 *
 *     without a seed   checksum 4 | length 2 | segments     then each byte is XORed with the one 4 before it
 *     with a seed      nonce 12 | AES-128-GCM of the segments | tag 16      key: SHA-256(seed), first half
 *
 * Only a seed keeps strangers out; the other form is a disguise.
 */
import { ByteReader } from '../bytes/byte-reader.js'
import type { ByteWriter } from '../bytes/byte-writer.js'
import type { CryptoBackend } from '../crypto/backend.js'
import { sha256 } from '../crypto/digest.js'
import { fnv1a } from '../crypto/fnv1a.js'
import type { Random } from '../ports/ports.js'

export interface Protection {
  /** Bytes that it adds to a packet. */
  readonly overhead: number
  /** Writes a packet's protected segments. */
  seal(segments: Uint8Array, writer: ByteWriter): void
  /** The segments, in memory of their own; undefined when the packet is not one of ours. */
  open(packet: Uint8Array): Uint8Array | undefined
}

const CHECKSUM_BYTES = 4
const LENGTH_BYTES = 2
const PLAIN_OVERHEAD = CHECKSUM_BYTES + LENGTH_BYTES
/** How far apart the bytes are that are XORed. */
const STRIDE = 4
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 16

export interface ProtectionOptions {
  /** An empty seed is a seed (config §7.3). */
  readonly seed: string | undefined
  readonly random: Random
  readonly backend: CryptoBackend
}

export function makeProtection({ seed, random, backend }: ProtectionOptions): Protection {
  if (seed === undefined) return PLAIN
  const key = sha256(Buffer.from(seed)).subarray(0, KEY_BYTES)
  return sealed(backend.aes128Gcm(key), random)
}

const PLAIN: Protection = {
  overhead: PLAIN_OVERHEAD,
  seal(segments, writer) {
    const block = new Uint8Array(PLAIN_OVERHEAD + segments.length)
    const view = new DataView(block.buffer)
    view.setUint16(CHECKSUM_BYTES, segments.length)
    block.set(segments, PLAIN_OVERHEAD)
    view.setUint32(0, fnv1a(block.subarray(CHECKSUM_BYTES)))
    for (let i = STRIDE; i < block.length; i++)
      block[i] = (block[i] as number) ^ (block[i - STRIDE] as number)
    writer.bytes(block)
  },
  open(packet) {
    if (packet.length <= PLAIN_OVERHEAD) return undefined
    const block = new Uint8Array(packet)
    for (let i = block.length - 1; i >= STRIDE; i--) {
      block[i] = (block[i] as number) ^ (block[i - STRIDE] as number)
    }
    const reader = new ByteReader(block, 'mKCP packet')
    const checksum = reader.u32()
    if (checksum !== fnv1a(block.subarray(CHECKSUM_BYTES))) return undefined
    return reader.u16() === reader.remaining ? block.subarray(PLAIN_OVERHEAD) : undefined
  },
}

function sealed(aead: ReturnType<CryptoBackend['aes128Gcm']>, random: Random): Protection {
  return {
    overhead: NONCE_BYTES + TAG_BYTES,
    seal(segments, writer) {
      const nonce = random(NONCE_BYTES)
      const { ciphertext, tag } = aead.seal(nonce, segments)
      writer.bytes(nonce).bytes(ciphertext).bytes(tag)
    },
    open(packet) {
      if (packet.length <= NONCE_BYTES + TAG_BYTES) return undefined
      const nonce = packet.subarray(0, NONCE_BYTES)
      const ciphertext = packet.subarray(NONCE_BYTES, packet.length - TAG_BYTES)
      return aead.open(nonce, { ciphertext, tag: packet.subarray(packet.length - TAG_BYTES) })
    },
  }
}
