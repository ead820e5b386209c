/** The portable backend: pure JavaScript, some thirty times slower, and the judge of the other one. */
import { cfb, ecb, gcm } from '@noble/ciphers/aes.js'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { concat } from '../bytes/bytes.js'
import type { Aead, CryptoBackend, Sealed, StreamCipher } from './backend.js'

const TAG_BYTES = 16
const BLOCK_BYTES = 16

type NobleAead = (
  key: Uint8Array,
  nonce: Uint8Array,
  associatedData?: Uint8Array,
) => { encrypt(plaintext: Uint8Array): Uint8Array; decrypt(sealed: Uint8Array): Uint8Array }

function nobleAead(make: NobleAead, key: Uint8Array): Aead {
  const secret = Uint8Array.from(key)
  return {
    seal(nonce, plaintext, associatedData): Sealed {
      const sealed = make(secret, Uint8Array.from(nonce), associatedData).encrypt(plaintext)
      return {
        ciphertext: sealed.subarray(0, sealed.length - TAG_BYTES),
        tag: sealed.subarray(sealed.length - TAG_BYTES),
      }
    },
    open(nonce, sealed, associatedData) {
      const whole = Uint8Array.from(concat([sealed.ciphertext, sealed.tag]))
      try {
        return make(secret, Uint8Array.from(nonce), associatedData).decrypt(whole)
      } catch {
        // noble throws a plain error for a tag that does not fit; lengths were checked by types above.
        return undefined
      }
    },
  }
}

/**
 * Noble's CFB works on a whole message. A running stream is made of single blocks: the keystream of a
 * block is the encryption of the ciphertext block before it.
 */
function nobleCfb(secret: Uint8Array, iv: Uint8Array, decrypting: boolean): StreamCipher {
  const key = Uint8Array.from(secret)
  const feedback = Uint8Array.from(iv)
  let keystream = new Uint8Array(0)
  let used = BLOCK_BYTES
  const zero = new Uint8Array(BLOCK_BYTES)
  return {
    update(bytes) {
      const out = new Uint8Array(bytes.length)
      for (let i = 0; i < bytes.length; i++) {
        if (used === BLOCK_BYTES) {
          keystream = cfb(key, feedback).encrypt(zero)
          used = 0
        }
        const input = bytes[i] as number
        const output = input ^ (keystream[used] as number)
        feedback[used] = decrypting ? input : output
        out[i] = output
        used += 1
      }
      return out
    },
  }
}

export const nobleBackend: CryptoBackend = {
  name: 'noble',
  aes128Gcm: (key) => nobleAead(gcm, key),
  chacha20Poly1305: (key) => nobleAead(chacha20poly1305, key),
  aes128CfbEncryptor: (key, iv) => nobleCfb(key, iv, false),
  aes128CfbDecryptor: (key, iv) => nobleCfb(key, iv, true),
  aes128Block(key) {
    const secret = Uint8Array.from(key)
    const cipher = () => ecb(secret, { disablePadding: true })
    return {
      encrypt: (block) => cipher().encrypt(Uint8Array.from(block)),
      decrypt: (block) => cipher().decrypt(Uint8Array.from(block)),
    }
  },
}
