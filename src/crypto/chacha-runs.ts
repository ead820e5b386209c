/**
 * ChaCha20-Poly1305 (RFC 8439) of many small pieces in one call, by a WebAssembly kernel that has nothing
 * to set up before the first byte. Why and how much: docs/decisions/0012-small-chunks.md.
 *
 * What a kernel's memory holds of keys is wiped before a call returns.
 */
import type { OpenedRun, Sealed, SealedRun } from './backend.js'
import { CHACHA_KERNEL, CHACHA_KERNEL_LAYOUT as AT } from './chacha-kernel.js'
import { firstOf, RunMemory } from './run-memory.js'
import type { KernelMemory } from './wasm.js'

interface Kernel extends KernelMemory {
  /** How many units were authentic, from the first on. */
  open(units: number, firstChunk: number): number
  seal(units: number, firstChunk: number): void
}

const TAG_BYTES = 16
/** Arrays up to this size lie in the heap of V8, where they cost next to nothing. */
const ON_HEAP = 64

let shared: RunMemory<Kernel> | undefined

/** One key; holds nothing else. */
export class ChachaRuns {
  readonly #key: Uint8Array

  /** `key`: 32 bytes. */
  constructor(key: Uint8Array) {
    this.#key = Uint8Array.from(key)
  }

  /** At least one piece, at most `RUN_LIMITS`. */
  open(run: SealedRun): OpenedRun {
    const { kernel, bytes } = this.#lay(run)
    const opened = kernel.open(run.units.length, firstOf(run.nonce))
    let size = 0
    for (let i = 0; i < opened; i++) size += run.units[i]?.length ?? 0
    return { opened, plaintext: copyOf(bytes, AT.output, size) }
  }

  /** The plaintext of one piece, or undefined when its tag does not fit. */
  openOne(nonce: Uint8Array, { ciphertext, tag }: Sealed): Uint8Array | undefined {
    const units = [{ start: 0, length: ciphertext.length }]
    const { opened, plaintext } = this.open({ before: ciphertext, input: tag, units, nonce })
    return opened === 1 ? plaintext : undefined
  }

  sealOne(nonce: Uint8Array, plaintext: Uint8Array): Sealed {
    const { length } = plaintext
    const { kernel, bytes } = this.#lay({ input: plaintext, units: [{ start: 0, length }], nonce })
    kernel.seal(1, firstOf(nonce))
    const tagAt = AT.output + length
    return { ciphertext: copyOf(bytes, AT.output, length), tag: copyOf(bytes, tagAt, TAG_BYTES) }
  }

  #lay(run: SealedRun): RunMemory<Kernel> {
    shared ??= new RunMemory<Kernel>(CHACHA_KERNEL, AT)
    shared.lay(run)
    shared.bytes.set(this.#key, AT.key)
    return shared
  }
}

/** Large copies have memory of their own, which can be given back at once. */
function copyOf(bytes: Buffer, at: number, length: number): Uint8Array {
  if (length <= ON_HEAP) return Uint8Array.prototype.slice.call(bytes, at, at + length)
  const copy = Buffer.allocUnsafeSlow(length)
  copy.set(bytes.subarray(at, at + length))
  return copy
}
