/** From a plan and the keys of one direction to its encoder or decoder. */
import type { Aead, CryptoBackend, StreamCipher } from '../crypto/backend.js'
import { kdf } from '../crypto/kdf.js'
import { md5 } from '../crypto/digest.js'
import { concat } from '../bytes/bytes.js'
import type { Random } from '../ports/ports.js'
import type { BodyDecoder, BodyEncoder } from './body.js'
import type { BodyPlan } from './body-plan.js'
import { ChunkDecoder } from './chunk-decoder.js'
import { ChunkEncoder } from './chunk-encoder.js'
import { ChunkNonce } from './chunk-nonce.js'
import { aeadSeal, checksumSeal, type ChunkSeal, plainSeal } from './chunk-seal.js'
import { ChunkSizes } from './chunk-size.js'
import { CipheredDecoder, CipheredEncoder, RawDecoder, RawEncoder } from './raw-body.js'

/** Salt of the key that seals chunk sizes (protocol §4.6). */
const LENGTH_SALT = 'auth_len'

/** Keys of one direction. All are 16 bytes. */
export interface BodyKeys {
  /** Body key and IV of this direction. */
  readonly key: Uint8Array
  readonly iv: Uint8Array
  /** Those of the request, which seal the sizes of both directions. */
  readonly requestKey: Uint8Array
  readonly requestIv: Uint8Array
  /** A cipher that already runs: the response of a legacy header goes on into an aes-128-cfb body. */
  readonly running?: StreamCipher | undefined
}

export interface BodySurroundings {
  readonly backend: CryptoBackend
  readonly random: Random
}

export function makeBodyEncoder(plan: BodyPlan, keys: BodyKeys, around: BodySurroundings): BodyEncoder {
  const inner =
    plan.framing === 'raw'
      ? new RawEncoder()
      : new ChunkEncoder(chunkParts(plan, keys, around), around.random)
  if (plan.cipher !== 'aes-128-cfb') return inner
  return new CipheredEncoder(keys.running ?? around.backend.aes128CfbEncryptor(keys.key, keys.iv), inner)
}

export function makeBodyDecoder(plan: BodyPlan, keys: BodyKeys, around: BodySurroundings): BodyDecoder {
  const inner = plan.framing === 'raw' ? new RawDecoder() : new ChunkDecoder(chunkParts(plan, keys, around))
  if (plan.cipher !== 'aes-128-cfb') return inner
  return new CipheredDecoder(keys.running ?? around.backend.aes128CfbDecryptor(keys.key, keys.iv), inner)
}

function chunkParts(plan: BodyPlan, keys: BodyKeys, { backend }: BodySurroundings) {
  const lengthKey = (): Uint8Array => kdf(keys.requestKey, LENGTH_SALT).subarray(0, 16)
  const sizeSeal =
    plan.size === 'sealed'
      ? { aead: bodyAead(plan, lengthKey(), backend), nonce: new ChunkNonce(keys.requestIv) }
      : undefined
  return { plan, sizes: new ChunkSizes(plan, keys.iv, sizeSeal), seal: payloadSeal(plan, keys, backend) }
}

function payloadSeal(plan: BodyPlan, keys: BodyKeys, backend: CryptoBackend): ChunkSeal {
  if (plan.cipher === 'none') return plainSeal
  if (plan.cipher === 'aes-128-cfb') return checksumSeal
  return aeadSeal(bodyAead(plan, keys.key, backend), new ChunkNonce(keys.iv))
}

function bodyAead(plan: BodyPlan, key: Uint8Array, backend: CryptoBackend): Aead {
  return plan.cipher === 'chacha20-poly1305'
    ? backend.chacha20Poly1305(chachaKey(key))
    : backend.aes128Gcm(key)
}

/** ChaCha20 wants 32 bytes: `MD5(key) ‖ MD5(MD5(key))` (protocol §4.3). */
export function chachaKey(key: Uint8Array): Uint8Array {
  const first = md5(key)
  return concat([first, md5(first)])
}
