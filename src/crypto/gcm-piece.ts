/**
 * AES-128-GCM (NIST SP 800-38D) of one small piece by a WebAssembly kernel, which needs neither a key object nor a
 * cipher object. Why and how much: docs/decisions/0012-small-chunks.md.
 *
 * What the kernel's memory holds of keys is wiped before a call returns.
 */
import { AESGCM_KERNEL, AESGCM_KERNEL_LAYOUT as AT } from './aesgcm-kernel.js'
import type { Sealed } from './backend.js'
import { type KernelMemory, makeKernel } from './wasm.js'

/** Whether the kernel takes it: beyond half a KiB OpenSSL, which has instructions for AES, is faster in spite of its objects. */
export function isPiece(text: Uint8Array, associatedData: Uint8Array | undefined): boolean {
  return text.length <= AT.maxBytes && (associatedData === undefined || associatedData.length <= AT.maxData)
}

interface Exports extends KernelMemory {
  /** Both ways: the output is the input XOR the key stream, and the tag is that of whichever is sealed. */
  run(sealing: number, dataBytes: number, bytes: number): void
}

interface Kernel {
  readonly run: Exports['run']
  readonly bytes: Uint8Array
}

export interface Piece {
  /** 16 bytes. */
  readonly key: Uint8Array
  /** 12 bytes. */
  readonly nonce: Uint8Array
  readonly associatedData: Uint8Array | undefined
}

const TAG_BYTES = 16
const BLOCK_BYTES = 16
/** Arrays up to this size lie in the heap of V8, where they cost next to nothing. */
const ON_HEAP = 64

let shared: Kernel | undefined

export function sealPiece(piece: Piece, plaintext: Uint8Array): Sealed {
  const { bytes } = run(piece, plaintext, 1)
  const sealed = { ciphertext: output(bytes, plaintext.length), tag: bytes.slice(AT.tag, AT.tag + TAG_BYTES) }
  bytes.fill(0, 0, AT.secrets)
  return sealed
}

/** The plaintext, or undefined when the tag does not fit. */
export function openPiece(piece: Piece, { ciphertext, tag }: Sealed): Uint8Array | undefined {
  const { bytes } = run(piece, ciphertext, 0)
  let difference = tag.length ^ TAG_BYTES
  for (let i = 0; i < TAG_BYTES; i++) difference |= (bytes[AT.tag + i] as number) ^ (tag[i] as number)
  const plaintext = difference === 0 ? output(bytes, ciphertext.length) : undefined
  bytes.fill(0, 0, AT.secrets)
  return plaintext
}

function run({ key, nonce, associatedData }: Piece, input: Uint8Array, sealing: number): Kernel {
  shared ??= makeShared()
  const { bytes } = shared
  bytes.set(key, AT.key)
  bytes.set(nonce, AT.nonce)
  if (associatedData !== undefined) lay(bytes, associatedData, AT.data)
  lay(bytes, input, AT.input)
  shared.run(sealing, associatedData?.length ?? 0, input.length)
  return shared
}

/** With zeros up to the end of the last block. */
function lay(bytes: Uint8Array, part: Uint8Array, at: number): void {
  bytes.set(part, at)
  bytes.fill(0, at + part.length, at + part.length + BLOCK_BYTES)
}

function output(bytes: Uint8Array, length: number): Uint8Array {
  const { output: at } = AT
  if (length <= ON_HEAP) return new Uint8Array(bytes.subarray(at, at + length))
  const copy = Buffer.allocUnsafe(length)
  copy.set(bytes.subarray(at, at + length))
  return copy
}

function makeShared(): Kernel {
  const { memory, run } = makeKernel<Exports>(AESGCM_KERNEL)
  return { run, bytes: new Uint8Array(memory.buffer) }
}
