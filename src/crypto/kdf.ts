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
 * root level for ever, and one level for each set of salts.
 *
 * A head needs four keys whose derivations differ in nothing but salt and secret, so four are made side by side.
 */
import { BLOCK_WORDS, type KernelAddress, LANES, STATE_WORDS, sha256Kernel } from './sha256-block.js'

/** One thing for each of the four derivations. */
export type Four<Value> = readonly [Value, Value, Value, Value]

const ROOT_KEY = 'VMess AEAD KDF'
const BLOCK_BYTES = 64
const INNER_PAD = 0x36363636
const OUTER_PAD = 0x5c5c5c5c
const END_MARK = 0x80000000
/** What still fits into a block with the end mark and the length. */
const MESSAGE_BYTES = 55
/** Bytes of a key that `deriveFour` gives. */
const DERIVED_BYTES = 16
const DIGEST_BYTES = STATE_WORDS * 4

/** Blocks that a message begins with, absorbed: the SHA-256 states and their number. */
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
  readonly words = this.kernel.words.subarray(this.block / 4, this.block / 4 + BLOCK_WORDS * LANES)
  readonly keyWords = new Int32Array(BLOCK_WORDS * LANES)
  readonly plain: Prefix = { state: this.kernel.start, blocks: 0 }
  readonly root: Level
  /** By salts: their own level, then the levels above it that each call gives new keys. */
  readonly salted = new Map<Four<string>, Level[]>()

  constructor() {
    this.root = new Level(this).rekey(four(text.encode(ROOT_KEY)))
  }

  makePrefix(): Prefix {
    return { state: this.kernel.allocate(STATE_WORDS), blocks: 0 }
  }

  compress(state: KernelAddress, out: KernelAddress): void {
    this.kernel.compress(state, this.block, out)
  }

  /** Absorbs the keys in `keyWords`, padded. */
  absorbKeys(start: Prefix, pad: number, into: Prefix): void {
    for (let at = 0; at < this.words.length; at++) this.words[at] = (this.keyWords[at] as number) ^ pad
    this.compress(start.state, into.state)
    into.blocks = start.blocks + 1
  }

  /** Turns the digests in the first half of the block into the last block of a message. */
  padDigests(blocksBefore: number): void {
    const { words } = this
    words.fill(END_MARK, STATE_WORDS * LANES, (STATE_WORDS + 1) * LANES)
    words.fill(0, (STATE_WORDS + 1) * LANES, (BLOCK_WORDS - 1) * LANES)
    words.fill((blocksBefore * BLOCK_BYTES + DIGEST_BYTES) * 8, (BLOCK_WORDS - 1) * LANES)
  }

  padMessages(messages: Four<Uint8Array>, blocksBefore: number): void {
    const { words } = this
    putBytes(messages, MESSAGE_BYTES, words)
    for (let lane = 0; lane < LANES; lane++) {
      const end = (messages[lane] as Uint8Array).length
      const last = (end >>> 2) * LANES + lane
      words[last] = (words[last] as number) | (0x80 << (24 - (end & 3) * 8))
      words[(BLOCK_WORDS - 1) * LANES + lane] = (blocksBefore * BLOCK_BYTES + end) * 8
    }
  }

  levelsOf(salts: Four<string>): Level[] {
    let levels = this.salted.get(salts)
    if (levels === undefined) {
      const keys = salts.map((salt) => text.encode(salt)) as unknown as Four<Uint8Array>
      levels = [new Level(this, this.root).rekey(keys)]
      this.salted.set(salts, levels)
    }
    return levels
  }

  /** The first bytes of one digest. */
  digest(lane: number, length: number): Uint8Array {
    const digest = new Uint8Array(length)
    for (let at = 0; at < length; at += 4) {
      const value = this.words[(at / 4) * LANES + lane] as number
      digest[at] = value >>> 24
      digest[at + 1] = value >>> 16
      digest[at + 2] = value >>> 8
      digest[at + 3] = value
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

  rekey(keys: Four<Uint8Array>): this {
    const start = this.#below?.inner ?? this.#workshop.plain
    putBytes(keys, BLOCK_BYTES, this.#workshop.keyWords)
    this.#workshop.absorbKeys(start, INNER_PAD, this.inner)
    this.#workshop.absorbKeys(start, OUTER_PAD, this.#outer)
    return this
  }

  /** This level's hash of `prefix` and the message that stands in the block, padded; the digest replaces it. */
  finish(prefix: Prefix): void {
    this.#hashBelow(prefix)
    this.#workshop.padDigests(this.#outer.blocks)
    this.#hashBelow(this.#outer)
  }

  #hashBelow(prefix: Prefix): void {
    if (this.#below === undefined) this.#workshop.compress(prefix.state, this.#workshop.block)
    else this.#below.finish(prefix)
  }
}

/** Sets the words of four blocks to the bytes, big endian, and zeros after them. */
function putBytes(four: Four<Uint8Array>, most: number, words: Int32Array): void {
  words.fill(0)
  for (let lane = 0; lane < LANES; lane++) {
    const bytes = four[lane] as Uint8Array
    if (bytes.length > most) throw new RangeError(`${bytes.length} bytes; ${most} fit`)
    for (let i = 0; i < bytes.length; i++) {
      const at = (i >>> 2) * LANES + lane
      words[at] = (words[at] as number) | ((bytes[i] as number) << (24 - (i & 3) * 8))
    }
  }
}

const text = new TextEncoder()
let workshop: Workshop | undefined

/** By salt: itself, four times. */
const alone = new Map<string, Four<string>>()

/**
 * 32 bytes derived from `secret` under a salt and any further path items; without a salt, under the
 * root alone. Take the first 16 for a key and the first 12 for a nonce.
 *
 * The salt must be a constant of the protocol, for its state is kept. Throws `RangeError` for a path
 * item above 64 bytes or a secret above 55: neither exists.
 */
export function kdf(secret: Uint8Array, salt?: string, ...path: readonly Uint8Array[]): Uint8Array {
  const salts = salt === undefined ? undefined : (alone.get(salt) ?? four(salt))
  if (salt !== undefined && salts !== undefined) alone.set(salt, salts)
  return derive(four(secret), salts, path).digest(0, DIGEST_BYTES)
}

/**
 * Four keys of 16 bytes, each from its secret under its salt, all with the same further path items. A nonce is the
 * first 12 of such bytes. `salts` must be a constant, as for {@link kdf}, and always the same array.
 */
export function deriveFour(
  secrets: Four<Uint8Array>,
  salts: Four<string>,
  ...path: readonly Uint8Array[]
): Four<Uint8Array> {
  const done = derive(secrets, salts, path)
  return [
    done.digest(0, DERIVED_BYTES),
    done.digest(1, DERIVED_BYTES),
    done.digest(2, DERIVED_BYTES),
    done.digest(3, DERIVED_BYTES),
  ]
}

/** The digests stand in the workshop's block afterwards. */
function derive(
  secrets: Four<Uint8Array>,
  salts: Four<string> | undefined,
  path: readonly Uint8Array[],
): Workshop {
  workshop ??= new Workshop()
  let top = workshop.root
  if (salts !== undefined) {
    const levels = workshop.levelsOf(salts)
    top = levels[0] as Level
    for (let i = 0; i < path.length; i++) {
      levels[i + 1] ??= new Level(workshop, top)
      top = (levels[i + 1] as Level).rekey(four(path[i] as Uint8Array))
    }
  }
  workshop.padMessages(secrets, top.inner.blocks)
  top.finish(top.inner)
  return workshop
}

function four<Value>(value: Value): Four<Value> {
  return [value, value, value, value]
}
