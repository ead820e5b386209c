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
import { BLOCK_WORDS, type KernelAddress, STATE_WORDS, sha256Kernel } from './sha256-block.js'

const ROOT_KEY = 'VMess AEAD KDF'
const BLOCK_BYTES = 64
const INNER_PAD = 0x36363636
const OUTER_PAD = 0x5c5c5c5c
/** What still fits into a block with the end mark and the length. */
const MESSAGE_BYTES = 55

/** Blocks that a message begins with, absorbed: the SHA-256 state and their number. */
interface Prefix {
  readonly state: KernelAddress
  blocks: number
}

/** Made when the first key is derived, so that loading this module costs nothing. */
class Workshop {
  readonly kernel = sha256Kernel()
  /** One block at a time is prepared here, from one key. */
  readonly block: KernelAddress = this.kernel.allocate(BLOCK_WORDS)
  /** The words of `block`. */
  readonly words = this.kernel.words.subarray(this.block / 4, this.block / 4 + BLOCK_WORDS)
  readonly keyWords = new Int32Array(BLOCK_WORDS)
  readonly plain: Prefix = { state: this.kernel.start, blocks: 0 }
  readonly root: Level
  /** By salt: its own level, then the levels above it that each call gives new keys. */
  readonly salted = new Map<string, Level[]>()

  constructor() {
    this.root = new Level(this).rekey(text.encode(ROOT_KEY))
  }

  makePrefix(): Prefix {
    return { state: this.kernel.allocate(STATE_WORDS), blocks: 0 }
  }

  compress(state: KernelAddress, out: KernelAddress): void {
    this.kernel.compress(state, this.block, out)
  }

  /** Absorbs the key in `keyWords`, padded. */
  absorbKey(start: Prefix, pad: number, into: Prefix): void {
    for (let word = 0; word < BLOCK_WORDS; word++) this.words[word] = (this.keyWords[word] as number) ^ pad
    this.compress(start.state, into.state)
    into.blocks = start.blocks + 1
  }

  /** Turns the digest in the first half of the block into the last block of a message. */
  padDigest(blocksBefore: number): void {
    const { words } = this
    words[8] = 0x80000000
    for (let word = 9; word < 15; word++) words[word] = 0
    words[15] = (blocksBefore * BLOCK_BYTES + STATE_WORDS * 4) * 8
  }

  padMessage(message: Uint8Array, blocksBefore: number): void {
    if (message.length > MESSAGE_BYTES) throw new RangeError(`a secret of ${message.length} bytes`)
    const { words } = this
    const end = message.length
    putBytes(message, words)
    words[end >>> 2] = (words[end >>> 2] as number) | (0x80 << (24 - (end & 3) * 8))
    words[15] = (blocksBefore * BLOCK_BYTES + end) * 8
  }

  levelsOf(salt: string): Level[] {
    let levels = this.salted.get(salt)
    if (levels === undefined) {
      levels = [new Level(this, this.root).rekey(text.encode(salt))]
      this.salted.set(salt, levels)
    }
    return levels
  }

  digestBytes(): Uint8Array {
    const digest = new Uint8Array(STATE_WORDS * 4)
    for (let word = 0; word < STATE_WORDS; word++) {
      const value = this.words[word] as number
      digest[word * 4] = value >>> 24
      digest[word * 4 + 1] = value >>> 16
      digest[word * 4 + 2] = value >>> 8
      digest[word * 4 + 3] = value
    }
    return digest
  }
}

/** One HMAC of the nest. `below` absent: over plain SHA-256. Reused with other keys, to spare garbage. */
class Level {
  /** What each message of this level begins with. */
  readonly inner: Prefix
  readonly #outer: Prefix
  readonly #workshop: Workshop
  readonly #below: Level | undefined

  constructor(workshop: Workshop, below?: Level) {
    this.#workshop = workshop
    this.#below = below
    this.inner = workshop.makePrefix()
    this.#outer = workshop.makePrefix()
  }

  rekey(key: Uint8Array): this {
    if (key.length > BLOCK_BYTES) throw new RangeError(`a path item of ${key.length} bytes`)
    const start = this.#below?.inner ?? this.#workshop.plain
    putBytes(key, this.#workshop.keyWords)
    this.#workshop.absorbKey(start, INNER_PAD, this.inner)
    this.#workshop.absorbKey(start, OUTER_PAD, this.#outer)
    return this
  }

  /** This level's hash of `prefix` and the message that stands in the block, padded; the digest replaces it. */
  finish(prefix: Prefix): void {
    this.#hashBelow(prefix)
    this.#workshop.padDigest(this.#outer.blocks)
    this.#hashBelow(this.#outer)
  }

  #hashBelow(prefix: Prefix): void {
    if (this.#below === undefined) this.#workshop.compress(prefix.state, this.#workshop.block)
    else this.#below.finish(prefix)
  }
}

/** Sets sixteen words to the bytes, big endian, and zeros after them. */
function putBytes(bytes: Uint8Array, words: Int32Array): void {
  words.fill(0)
  for (let i = 0; i < bytes.length; i++) {
    words[i >>> 2] = (words[i >>> 2] as number) | ((bytes[i] as number) << (24 - (i & 3) * 8))
  }
}

const text = new TextEncoder()
let workshop: Workshop | undefined

/**
 * 32 bytes derived from `secret` under a salt and any further path items; without a salt, under the
 * root alone. Take the first 16 for a key and the first 12 for a nonce.
 *
 * The salt must be a constant of the protocol, for its state is kept. Throws `RangeError` for a path
 * item above 64 bytes or a secret above 55: neither exists.
 */
export function kdf(secret: Uint8Array, salt?: string, ...path: readonly Uint8Array[]): Uint8Array {
  workshop ??= new Workshop()
  let top = workshop.root
  if (salt !== undefined) {
    const levels = workshop.levelsOf(salt)
    top = levels[0] as Level
    for (let i = 0; i < path.length; i++) {
      levels[i + 1] ??= new Level(workshop, top)
      top = (levels[i + 1] as Level).rekey(path[i] as Uint8Array)
    }
  }
  workshop.padMessage(secret, top.inner.blocks)
  top.finish(top.inner)
  return workshop.digestBytes()
}
