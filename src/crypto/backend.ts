/**
 * What the protocol needs of a cipher library. Two backends keep these promises: `node:crypto` for
 * speed, noble as the portable twin and the judge. `test/contract/crypto` runs one suite over both.
 */

/** A sealed piece; the tag stands apart so that payload need not be copied next to it. */
export interface Sealed {
  readonly ciphertext: Uint8Array
  /** 16 bytes. */
  readonly tag: Uint8Array
}

/** An AEAD under one key. Nonces are 12 bytes. Inputs are not modified; outputs belong to the caller. */
export interface Aead {
  seal(nonce: Uint8Array, plaintext: Uint8Array, associatedData?: Uint8Array): Sealed
  /** The plaintext, or undefined when the tag does not fit: then nothing is released. */
  open(nonce: Uint8Array, sealed: Sealed, associatedData?: Uint8Array): Uint8Array | undefined
}

/** A running stream cipher: each call continues where the last one stopped. */
export interface StreamCipher {
  update(bytes: Uint8Array): Uint8Array
}

/** A block cipher on single 16-byte blocks, kept ready under one key. */
export interface BlockCipher {
  encrypt(block: Uint8Array): Uint8Array
  decrypt(block: Uint8Array): Uint8Array
}

export interface CryptoBackend {
  readonly name: 'node:crypto' | 'noble'
  /** Key of 16 bytes. */
  aes128Gcm(key: Uint8Array): Aead
  /** Key of 32 bytes. */
  chacha20Poly1305(key: Uint8Array): Aead
  /** AES-128 in 128-bit cipher feedback mode; key and IV of 16 bytes. */
  aes128CfbEncryptor(key: Uint8Array, iv: Uint8Array): StreamCipher
  aes128CfbDecryptor(key: Uint8Array, iv: Uint8Array): StreamCipher
  /** Key of 16 bytes. */
  aes128Block(key: Uint8Array): BlockCipher
}
