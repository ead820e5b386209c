/**
 * The first sixteen bytes of an AEAD request: who is calling, and when (protocol §3.2).
 *
 *     +---------------+--------+-------+
 *     | Unix seconds  | random | CRC32 |      one AES-128 block under the user's auth-ID key;
 *     |       8       |   4    |   4   |      the sum covers the first twelve bytes
 *     +---------------+--------+-------+
 *
 * The key depends on the user alone. Whoever owns the block is found by trying each user's key.
 */
import { ByteWriter } from '../bytes/byte-writer.js'
import type { BlockCipher, CryptoBackend } from '../crypto/backend.js'
import { crc32 } from '../crypto/crc32.js'
import type { Random } from '../ports/ports.js'
import { AUTH_ID_BYTES } from './constants.js'
import type { VmessUser } from './user.js'

const RANDOM_BYTES = 4
const SUMMED_BYTES = 12

export interface AuthIdParts {
  readonly seconds: number
  readonly random: Random
  readonly backend: CryptoBackend
}

interface KeptCipher {
  readonly backend: CryptoBackend
  readonly cipher: BlockCipher
}

/** By user, for the users of a client: making a cipher costs more than all the rest of an auth ID. */
const kept = new WeakMap<VmessUser, KeptCipher>()

function cipherOf(user: VmessUser, backend: CryptoBackend): BlockCipher {
  const known = kept.get(user)
  if (known?.backend === backend) return known.cipher
  const cipher = backend.aes128Block(user.authIdKey)
  kept.set(user, { backend, cipher })
  return cipher
}

/** A fresh auth ID of a user for a moment in Unix seconds; 16 bytes. */
export function sealAuthId(user: VmessUser, { seconds, random, backend }: AuthIdParts): Uint8Array {
  const block = new ByteWriter(AUTH_ID_BYTES).u64(seconds).bytes(random(RANDOM_BYTES))
  block.u32(crc32(block.written()))
  return cipherOf(user, backend).encrypt(block.done())
}

/**
 * The Unix seconds in a decrypted block, or undefined when the sum does not fit: another user's block,
 * or no auth ID at all. Seconds that no clock shows (negative, or beyond 2^53) come out as they are,
 * imprecise but far outside every window.
 */
export function readAuthId(block: Uint8Array): number | undefined {
  if (crc32(block, SUMMED_BYTES) !== word(block, SUMMED_BYTES)) return undefined
  return (word(block, 0) | 0) * 0x1_0000_0000 + word(block, 4)
}

function word(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
  const low = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)
  return high * 0x1_0000 + low
}
