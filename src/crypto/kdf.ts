/**
 * The key derivation of AEAD headers: HMAC inside HMAC (protocol §3.1).
 *
 *     HMAC0(m) = HMAC-SHA256(key = "VMess AEAD KDF", m)
 *     HMACi(m) = HMAC over the hash HMAC(i-1), block size 64, key = path[i]
 *     kdf(secret, path…) = HMACn(secret)                                     32 bytes
 *
 * The path items are the HMAC keys and the secret is the message. Every padded key fills one block and
 * every message is shorter than one, so the whole derivation is single SHA-256 blocks: four for each
 * item and two for each of the 2^n inner hashes. What depends on constants only is computed once: the
 * root level for ever, and one level for each salt.
 */
import { SHA256_START, sha256Block } from './sha256-block.js'

const ROOT_KEY = 'VMess AEAD KDF'
const BLOCK_BYTES = 64
const BLOCK_WORDS = 16
const DIGEST_WORDS = 8
const INNER_PAD = 0x36363636
const OUTER_PAD = 0x5c5c5c5c
/** What still fits into a block with the end mark and the length. */
const MESSAGE_BYTES = 55

/** Blocks that a message begins with, absorbed: the SHA-256 state and their number. */
interface Prefix {
  readonly state: Int32Array
  blocks: number
}

const PLAIN: Prefix = { state: SHA256_START, blocks: 0 }
/** One block at a time is prepared here, from one key. */
const block = new Int32Array(BLOCK_WORDS)
const keyWords = new Int32Array(BLOCK_WORDS)

/** One HMAC of the nest. `below` absent: over plain SHA-256. Reused with other keys, to spare garbage. */
class Level {
  /** What each message of this level begins with. */
  readonly inner: Prefix = { state: new Int32Array(DIGEST_WORDS), blocks: 0 }
  readonly #outer: Prefix = { state: new Int32Array(DIGEST_WORDS), blocks: 0 }
  readonly #below: Level | undefined

  constructor(below?: Level) {
    this.#below = below
  }

  rekey(key: Uint8Array): this {
    if (key.length > BLOCK_BYTES) throw new RangeError(`a path item of ${key.length} bytes`)
    const start = this.#below?.inner ?? PLAIN
    putBytes(key, keyWords)
    absorbKey(start, INNER_PAD, this.inner)
    absorbKey(start, OUTER_PAD, this.#outer)
    return this
  }

  /** This level's hash of `prefix` and the message that stands in `block`, padded; the digest replaces it. */
  finish(prefix: Prefix): void {
    this.#hashBelow(prefix)
    padDigest(this.#outer.blocks)
    this.#hashBelow(this.#outer)
  }

  #hashBelow(prefix: Prefix): void {
    if (this.#below === undefined) sha256Block(prefix.state, block, block)
    else this.#below.finish(prefix)
  }
}

/** Absorbs the key in `keyWords`, padded. */
function absorbKey(start: Prefix, pad: number, into: Prefix): void {
  for (let word = 0; word < BLOCK_WORDS; word++) block[word] = (keyWords[word] as number) ^ pad
  sha256Block(start.state, block, into.state)
  into.blocks = start.blocks + 1
}

/** Sets sixteen words to the bytes, big endian, and zeros after them. */
function putBytes(bytes: Uint8Array, words: Int32Array): void {
  words.fill(0)
  for (let i = 0; i < bytes.length; i++) {
    words[i >>> 2] = (words[i >>> 2] as number) | ((bytes[i] as number) << (24 - (i & 3) * 8))
  }
}

/** Turns the digest in the first half of `block` into the last block of a message. */
function padDigest(blocksBefore: number): void {
  block[8] = 0x80000000
  for (let word = 9; word < 15; word++) block[word] = 0
  block[15] = (blocksBefore * BLOCK_BYTES + DIGEST_WORDS * 4) * 8
}

function padMessage(message: Uint8Array, blocksBefore: number): void {
  if (message.length > MESSAGE_BYTES) throw new RangeError(`a secret of ${message.length} bytes`)
  const end = message.length
  putBytes(message, block)
  block[end >>> 2] = (block[end >>> 2] as number) | (0x80 << (24 - (end & 3) * 8))
  block[15] = (blocksBefore * BLOCK_BYTES + end) * 8
}

const text = new TextEncoder()
const root = new Level().rekey(text.encode(ROOT_KEY))

/** By salt: its own level, then the levels above it that each call gives new keys. */
const salted = new Map<string, Level[]>()

function levelsOf(salt: string): Level[] {
  let levels = salted.get(salt)
  if (levels === undefined) {
    levels = [new Level(root).rekey(text.encode(salt))]
    salted.set(salt, levels)
  }
  return levels
}

/**
 * 32 bytes derived from `secret` under a salt and any further path items; without a salt, under the
 * root alone. Take the first 16 for a key and the first 12 for a nonce.
 *
 * The salt must be a constant of the protocol, for its state is kept. Throws `RangeError` for a path
 * item above 64 bytes or a secret above 55: neither exists.
 */
export function kdf(secret: Uint8Array, salt?: string, ...path: readonly Uint8Array[]): Uint8Array {
  let top = root
  if (salt !== undefined) {
    const levels = levelsOf(salt)
    top = levels[0] as Level
    for (let i = 0; i < path.length; i++) {
      levels[i + 1] ??= new Level(top)
      top = (levels[i + 1] as Level).rekey(path[i] as Uint8Array)
    }
  }
  padMessage(secret, top.inner.blocks)
  top.finish(top.inner)
  return digestBytes()
}

function digestBytes(): Uint8Array {
  const digest = new Uint8Array(DIGEST_WORDS * 4)
  for (let i = 0; i < digest.length; i++) digest[i] = (block[i >>> 2] as number) >>> (24 - (i & 3) * 8)
  return digest
}
