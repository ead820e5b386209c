/**
 * The backend over `node:crypto`. Keys are made into `KeyObject`s once: on Node 24 a cipher made from
 * a `Buffer` key costs ten times as much.
 */
import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import type { Aead, BlockCipher, CryptoBackend, StreamCipher } from './backend.js'

const TAG = { authTagLength: 16 } as const

type AeadName = 'aes-128-gcm' | 'chacha20-poly1305'

function nodeAead(name: AeadName, secret: Uint8Array): Aead {
  const key = createSecretKey(secret)
  // Node's types tell the two AEAD families apart by the literal name; the calls are the same.
  const algorithm = name as 'aes-128-gcm'
  return {
    seal(nonce, plaintext, associatedData) {
      const cipher = createCipheriv(algorithm, key, nonce, TAG)
      if (associatedData !== undefined) cipher.setAAD(associatedData)
      const ciphertext = cipher.update(plaintext)
      cipher.final()
      return { ciphertext, tag: cipher.getAuthTag() }
    },
    open(nonce, sealed, associatedData) {
      const decipher = createDecipheriv(algorithm, key, nonce, TAG)
      if (associatedData !== undefined) decipher.setAAD(associatedData)
      decipher.setAuthTag(sealed.tag)
      const plaintext = decipher.update(sealed.ciphertext)
      try {
        decipher.final()
      } catch {
        // The only failure of `final` under an AEAD is a tag that does not fit.
        return undefined
      }
      return plaintext
    },
  }
}

function nodeBlockCipher(secret: Uint8Array): BlockCipher {
  const key = createSecretKey(secret)
  const encryptor = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const decryptor = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return {
    encrypt: (block) => encryptor.update(block),
    decrypt: (block) => decryptor.update(block),
  }
}

function nodeCfb(make: typeof createCipheriv | typeof createDecipheriv) {
  return (secret: Uint8Array, iv: Uint8Array): StreamCipher => {
    const cipher = make('aes-128-cfb', createSecretKey(secret), iv)
    return { update: (bytes) => cipher.update(bytes) }
  }
}

export const nodeBackend: CryptoBackend = {
  name: 'node:crypto',
  aes128Gcm: (key) => nodeAead('aes-128-gcm', key),
  chacha20Poly1305: (key) => nodeAead('chacha20-poly1305', key),
  aes128CfbEncryptor: nodeCfb(createCipheriv),
  aes128CfbDecryptor: nodeCfb(createDecipheriv),
  aes128Block: nodeBlockCipher,
}
