/**
 * Opens a run of small AES-128-GCM chunks in one call. A cipher object of Node costs several microseconds
 * before its first byte, which is most of the price of a 2 KiB chunk; here OpenSSL makes the keystream of the
 * whole run at once, a WebAssembly kernel XORs it, and OpenSSL computes one GHASH over all chunks.
 * Why and how much: docs/decisions/0012-small-chunks.md.
 *
 * One GHASH is enough, because that of an authentic chunk equals its tag XOR the tag's keystream. When that
 * sum follows the chunk's blocks, the state of GHASH is zero again, and the next chunk begins as if it were
 * the first. A state that is not zero can come back to it by no known means: forging a run
 * is as hard as forging one chunk of its length.
 */
import { type Cipher, createCipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { equal } from '../bytes/bytes.js'
import { release } from '../bytes/release.js'
import type { SealedRun } from './backend.js'
import { GCM_KERNEL, GCM_KERNEL_LAYOUT as AT } from './gcm-kernel.js'
import { GhashLength } from './ghash-length.js'
import { firstOf, RunMemory } from './run-memory.js'
import type { KernelMemory } from './wasm.js'

interface Kernel extends KernelMemory {
  counters(units: number, firstChunk: number): number
  open(units: number): number
}

const TAG = { authTagLength: 16 } as const
/** For the GHASH only: what is sealed under it never leaves this file. */
const PROOF_NONCE = new Uint8Array(12)
const PROOF_BLOCK = Uint8Array.of(...PROOF_NONCE, 0, 0, 0, 1)

let shared: RunMemory<Kernel> | undefined

/** Makes the kernel when it is first needed. */
function kernelMemory(): RunMemory<Kernel> {
  if (shared !== undefined) return shared
  shared = new RunMemory<Kernel>(GCM_KERNEL, AT)
  shared.bytes.fill(0xff, AT.masks, AT.masks + 16)
  return shared
}

/** One key. Holds nothing but a cipher and some hundred bytes. */
export class GcmBatch {
  readonly #key: KeyObject
  readonly #cipher: Cipher
  readonly #lengths: GhashLength

  /** `key`: 16 bytes. */
  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key)
    this.#cipher = createCipheriv('aes-128-ecb', this.#key, null).setAutoPadding(false)
    this.#lengths = new GhashLength(this.#cipher.update(new Uint8Array(16)), this.#cipher.update(PROOF_BLOCK))
  }

  /**
   * The plaintexts one behind another, in memory of its own; undefined when one or more chunks are not
   * authentic. At least one chunk, at most `RUN_LIMITS`.
   */
  open(run: SealedRun): Uint8Array | undefined {
    const { units, nonce } = run
    const memory = kernelMemory()
    memory.lay(run)
    const { kernel, bytes } = memory
    const blocks = kernel.counters(units.length, firstOf(nonce))
    const keystream = this.#cipher.update(bytes.subarray(AT.blocks, AT.blocks + blocks))
    bytes.set(keystream, AT.blocks)
    release(keystream)
    const proof = kernel.open(units.length)
    if (!this.#isZero(bytes.subarray(AT.proof, AT.proof + proof))) return undefined
    let size = 0
    for (const { length } of units) size += length
    const plaintext = Buffer.allocUnsafeSlow(size)
    plaintext.set(bytes.subarray(AT.output, AT.output + size))
    return plaintext
  }

  /** Whether the GHASH of these blocks is zero, by the tag of a message that has them as associated data. */
  #isZero(blocks: Uint8Array): boolean {
    const cipher = createCipheriv('aes-128-gcm', this.#key, PROOF_NONCE, TAG)
    cipher.setAAD(blocks)
    cipher.final()
    return equal(cipher.getAuthTag(), this.#lengths.tagOfZero(blocks.length))
  }
}
