import { KECCAK_KERNEL, KECCAK_KERNEL_LAYOUT as AT } from './keccak-kernel.js'
import { type KernelMemory, makeKernel } from './wasm.js'

interface Kernel extends KernelMemory {
  permute(): void
}

const STATE_BYTES = 200
/** What SHAKE128 gives before it permutes again: as much as the whole, less twice 128 bits. */
const RATE_BYTES = 168
/** The bits that tell SHAKE from other uses, then the beginning of the padding (FIPS 202 §6.2). */
const SUFFIX = 0x1f
const PADDING_END = 0x80

let shared: { readonly kernel: Kernel; readonly state: Uint8Array } | undefined

/** The kernel, made when it is first needed. All masks share it, since a call never waits. */
function permute(state: Uint8Array): void {
  if (shared === undefined) {
    const kernel = makeKernel<Kernel>(KECCAK_KERNEL)
    shared = { kernel, state: new Uint8Array(kernel.memory.buffer, AT.state, STATE_BYTES) }
  }
  shared.state.set(state)
  shared.kernel.permute()
  state.set(shared.state)
}

/**
 * The endless stream of 16-bit words that hides chunk sizes and picks padding lengths: SHAKE128 over
 * the body IV of one direction (protocol §4.4). Node squeezes only once, and noble in ten times the time.
 */
export class SizeMask {
  readonly #state = new Uint8Array(STATE_BYTES)
  #at = RATE_BYTES

  /** `iv`: the 16-byte body IV of the direction. */
  constructor(iv: Uint8Array) {
    this.#state.set(iv)
    this.#state[iv.length] = SUFFIX
    this.#state[RATE_BYTES - 1] = PADDING_END
  }

  /** The next word, 0 to 65535. */
  next(): number {
    if (this.#at === RATE_BYTES) {
      permute(this.#state)
      this.#at = 0
    }
    const at = this.#at
    this.#at = at + 2
    return ((this.#state[at] as number) << 8) | (this.#state[at + 1] as number)
  }
}
