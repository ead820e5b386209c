import { Fault } from '../faults/fault.js'
import { RUN_LIMITS, type SealedRun } from './backend.js'
import { type KernelMemory, makeKernel } from './wasm.js'

/** Where a kernel for runs expects them, as byte addresses of its memory. */
export interface RunPlaces {
  /** 12 bytes. */
  readonly nonce: number
  /** Two words for each piece: where it starts, its length. */
  readonly units: number
  readonly input: number
}

/** A kernel with its memory. All keys share one, since a call never waits. */
export class RunMemory<Kernel extends KernelMemory> {
  readonly kernel: Kernel
  readonly bytes: Buffer
  readonly #words: Uint32Array
  readonly #places: RunPlaces

  constructor(base64: string, places: RunPlaces) {
    this.kernel = makeKernel<Kernel>(base64)
    this.bytes = Buffer.from(this.kernel.memory.buffer)
    this.#words = new Uint32Array(this.kernel.memory.buffer)
    this.#places = places
  }

  /** Lays a run where the kernel finds it: at least one piece, at most `RUN_LIMITS`. */
  lay({ before, input, units, nonce }: SealedRun): void {
    const held = input.length + (before?.length ?? 0)
    if (units.length === 0 || units.length > RUN_LIMITS.units || held > RUN_LIMITS.bytes) {
      throw new Fault('INTERNAL_INVARIANT', { why: `a run of ${units.length} chunks, ${held} bytes` })
    }
    const at = this.#places
    if (before !== undefined) this.bytes.set(before, at.input)
    this.bytes.set(input, at.input + (before?.length ?? 0))
    this.bytes.set(nonce, at.nonce)
    let word = at.units / 4
    for (const { start, length } of units) {
      this.#words[word++] = at.input + start
      this.#words[word++] = length
    }
  }
}

/** The number of the first piece of a run: what its nonce counts. */
export function firstOf(nonce: Uint8Array): number {
  return ((nonce[0] as number) << 8) | (nonce[1] as number)
}
