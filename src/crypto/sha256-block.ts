/**
 * The compression function of SHA-256 (FIPS 180-4 §6.2.2), bare, on four messages at a time, as a WebAssembly
 * kernel. The key derivation of AEAD headers is eighty compressions of single blocks for each connection,
 * twenty for each of four keys; any library's hash objects cost three to eight times as much as doing them one
 * by one. Unit tests hold it against `node:crypto`.
 */
import { SHA256_KERNEL, SHA256_KERNEL_LAYOUT } from './sha256-kernel.js'
import { type KernelMemory, makeKernel } from './wasm.js'

export const STATE_WORDS = 8
export const BLOCK_WORDS = 16
/** Messages that are hashed side by side: word `w` of message `m` lies at `w * LANES + m`. */
export const LANES = SHA256_KERNEL_LAYOUT.lanes

interface Exports extends KernelMemory {
  compress(state: number, block: number, out: number): void
}

/** Where four states or blocks lie in the kernel's memory: a byte address, for `compress`. */
export type KernelAddress = number

/** The kernel and its memory. One for the process: a compression never waits. */
export interface Sha256Kernel {
  /** The whole memory. The word at address `a` is `words[a / 4]`; messages are read big endian. */
  readonly words: Int32Array
  /** The states before the first block. */
  readonly start: KernelAddress
  /** The states after one more block each, written to `out`, which may be the states or the blocks. */
  compress(state: KernelAddress, block: KernelAddress, out: KernelAddress): void
  /** Room for that many words of each message, for ever: there are 64 KiB in all. */
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
    if (used + count * LANES > words.length) throw new RangeError('the kernel has no room left')
    used += count * LANES
    return (used - count * LANES) * 4
  }
  const start = allocate(STATE_WORDS)
  words.set(
    START.flatMap((word) => new Array<number>(LANES).fill(word)),
    start / 4,
  )
  return { words, start, compress, allocate }
}
