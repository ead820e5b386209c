/**
 * The compression function of SHA-256 (FIPS 180-4 §6.2.2), bare, as a WebAssembly kernel. The key
 * derivation of AEAD headers is eighty compressions of single blocks for each connection; any library's
 * hash objects cost three to eight times as much. Unit tests hold it against `node:crypto`.
 */
import { SHA256_KERNEL } from './sha256-kernel.js'
import { type KernelMemory, makeKernel } from './wasm.js'

export const STATE_WORDS = 8
export const BLOCK_WORDS = 16

interface Exports extends KernelMemory {
  compress(state: number, block: number, out: number): void
}

/** Where a state or a block lies in the kernel's memory: a byte address, for `compress`. */
export type KernelAddress = number

/** The kernel and its memory. One for the process: a compression never waits. */
export interface Sha256Kernel {
  /** The whole memory. The word at address `a` is `words[a / 4]`; messages are read big endian. */
  readonly words: Int32Array
  /** The state before the first block. */
  readonly start: KernelAddress
  /** The state after one more block, written to `out`, which may be the state or the block. */
  compress(state: KernelAddress, block: KernelAddress, out: KernelAddress): void
  /** Room for that many words, for ever: there are 64 KiB in all. */
  allocate(words: number): KernelAddress
}

const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]

let shared: Sha256Kernel | undefined

export function sha256Kernel(): Sha256Kernel {
  shared ??= make()
  return shared
}

function make(): Sha256Kernel {
  const { memory, compress } = makeKernel<Exports>(SHA256_KERNEL)
  const words = new Int32Array(memory.buffer)
  let used = 0
  const allocate = (count: number): KernelAddress => {
    if (used + count > words.length) throw new RangeError('the kernel has no room left')
    used += count
    return (used - count) * 4
  }
  const start = allocate(STATE_WORDS)
  words.set(START, start / 4)
  return { words, start, compress, allocate }
}
