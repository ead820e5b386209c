/**
 * Opens a run of small AES-128-GCM chunks in one call. A cipher object of Node costs some 8 µs before
 * its first byte, which is most of the price of a 2 KiB chunk; here OpenSSL makes the keystream of the
 * whole run at once and a WebAssembly kernel does the rest. Chunks from 8 KiB up are better off alone.
 * Why and how much: docs/decisions/0012-small-chunks.md.
 */
import { type Cipher, createCipheriv, createSecretKey } from 'node:crypto'
import { Fault } from '../faults/fault.js'
import { type OpenedRun, RUN_LIMITS, type SealedRun } from './backend.js'
import { GCM_KERNEL, GCM_KERNEL_LAYOUT as AT } from './gcm-kernel.js'
import { type KernelMemory, makeKernel } from './wasm.js'

interface Kernel extends KernelMemory {
  prepare(): void
  counters(units: number, firstChunk: number): number
  open(units: number): number
}

let shared: { readonly kernel: Kernel; readonly bytes: Buffer; readonly words: Uint32Array } | undefined
/** Whose tables the kernel holds. */
let preparedFor: GcmBatch | undefined

/** Makes the kernel when it is first needed; all keys share it, since a call never waits. */
function kernelMemory() {
  if (shared !== undefined) return shared
  const kernel = makeKernel<Kernel>(GCM_KERNEL)
  const bytes = Buffer.from(kernel.memory.buffer)
  bytes.fill(0xff, AT.masks, AT.masks + 16)
  shared = { kernel, bytes, words: new Uint32Array(kernel.memory.buffer) }
  return shared
}

/** One key. Holds nothing but a cipher and 16 bytes. */
export class GcmBatch {
  readonly #cipher: Cipher
  readonly #hash: Uint8Array

  /** `key`: 16 bytes. */
  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv('aes-128-ecb', createSecretKey(key), null).setAutoPadding(false)
    this.#hash = this.#cipher.update(new Uint8Array(16))
  }

  /** Opens the chunks in order up to the first that is not authentic. At least one, at most `RUN_LIMITS`. */
  open({ before, input, units, nonce }: SealedRun): OpenedRun {
    const held = input.length + (before?.length ?? 0)
    if (units.length === 0 || units.length > RUN_LIMITS.units || held > RUN_LIMITS.bytes) {
      throw new Fault('INTERNAL_INVARIANT', { why: `a run of ${units.length} chunks, ${held} bytes` })
    }
    const { kernel, bytes, words } = kernelMemory()
    if (before !== undefined) bytes.set(before, AT.input)
    bytes.set(input, AT.input + (before?.length ?? 0))
    bytes.set(nonce, AT.nonce)
    let word = AT.units / 4
    for (const { start, length } of units) {
      words[word++] = AT.input + start
      words[word++] = length
    }
    if (preparedFor !== this) {
      bytes.set(this.#hash, AT.hash)
      kernel.prepare()
      preparedFor = this
    }
    const firstChunk = ((nonce[0] as number) << 8) | (nonce[1] as number)
    const length = kernel.counters(units.length, firstChunk)
    bytes.set(this.#cipher.update(bytes.subarray(AT.blocks, AT.blocks + length)), AT.blocks)
    const opened = kernel.open(units.length)
    let size = 0
    for (let i = 0; i < opened; i++) size += units[i]?.length ?? 0
    const plaintext = Buffer.allocUnsafeSlow(size)
    plaintext.set(bytes.subarray(AT.output, AT.output + size))
    return { opened, plaintext }
  }
}
