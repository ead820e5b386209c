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
  /** Opens many small pieces at once; absent where that would not be faster. */
  openRun?(run: SealedRun): OpenedRun
}

/** A sealed piece of a run: where its ciphertext starts in the input, and its length without the tag. */
export interface SealedUnit {
  readonly start: number
  readonly length: number
}

/** Sealed pieces whose nonces count up. */
export interface SealedRun {
  /** Bytes that go before those of `input`, and from whose first one places are counted. */
  readonly before?: Uint8Array
  /** Holds the pieces, each with its 16-byte tag behind it. Not modified. */
  readonly input: Uint8Array
  readonly units: readonly SealedUnit[]
  /** The nonce of the first piece: its first two bytes count, big endian, modulo 65 536. */
  readonly nonce: Uint8Array
}

export interface OpenedRun {
  /** How many pieces were authentic, from the first on. */
  readonly opened: number
  /** Their plaintexts one behind another, in memory of its own. */
  readonly plaintext: Uint8Array
}

/** The most input and pieces of one run. */
export const RUN_LIMITS = { bytes: 65_536, units: 512 } as const

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
