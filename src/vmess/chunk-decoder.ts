import { Fault } from '../faults/fault.js'
import type { BodyDecoder } from './body.js'
import type { BodyPlan } from './body-plan.js'
import type { ChunkSeal } from './chunk-seal.js'
import type { ChunkSizes } from './chunk-size.js'

export interface ChunkReaderParts {
  readonly plan: BodyPlan
  readonly sizes: ChunkSizes
  readonly seal: ChunkSeal
}

/** A unit (size field, or the chunk behind it) that arrives in pieces is put together here. */
interface Gathering {
  readonly unit: Uint8Array
  filled: number
}

type State =
  | { readonly at: 'size' }
  | { readonly at: 'chunk'; readonly wireSize: number; readonly padding: number }
  | { readonly at: 'ended' }
  | { readonly at: 'failed'; readonly fault: Fault }

const AT_SIZE: State = { at: 'size' }
const EMPTY = new Uint8Array(0)

/**
 * Chunks into plaintext (protocol §4.4, §4.5). Holds at most one chunk: 65 535 bytes, and nothing
 * between chunks. A chunk that carries exactly overhead and padding is the end of the stream.
 */
export class ChunkDecoder implements BodyDecoder {
  readonly borrows: boolean
  readonly #parts: ChunkReaderParts
  #state: State = AT_SIZE
  #input: Uint8Array = EMPTY
  #at = 0
  #gathering: Gathering | undefined

  constructor(parts: ChunkReaderParts) {
    this.#parts = parts
    this.borrows = parts.seal.borrows
  }

  get ended(): boolean {
    return this.#state.at === 'ended'
  }

  receive(bytes: Uint8Array): void {
    this.#input = bytes
    this.#at = 0
  }

  next(): Uint8Array | undefined {
    for (;;) {
      const state = this.#state
      switch (state.at) {
        case 'size': {
          const field = this.#take(this.#parts.sizes.bytes)
          if (field === undefined) return undefined
          this.#state = this.#guard(() => this.#readSize(field))
          break
        }
        case 'chunk': {
          const unit = this.#take(state.wireSize)
          if (unit === undefined) return undefined
          const payload = this.#open(unit, state.padding)
          if (payload.length > 0) return payload
          break
        }
        case 'ended':
          this.#input = EMPTY
          return undefined
        case 'failed':
          throw state.fault
      }
    }
  }

  finish(): void {
    const state = this.#state
    if (state.at === 'failed') throw state.fault
    if (state.at === 'ended' || (state.at === 'size' && this.#gathering === undefined)) return
    throw new Fault('WIRE_TRUNCATED', { why: 'inside a chunk' })
  }

  #readSize(field: Uint8Array): State {
    const { plan, sizes } = this.#parts
    const padding = sizes.nextPadding()
    const wireSize = sizes.read(field)
    if (wireSize < plan.overhead + padding) {
      throw new Fault('VMESS_CHUNK_SIZE', {
        why: `${wireSize} bytes announced, at least ${plan.overhead + padding} needed`,
      })
    }
    // An unencrypted end carries nothing, so there is nothing to wait for.
    return wireSize === 0 ? { at: 'ended' } : { at: 'chunk', wireSize, padding }
  }

  #open(unit: Uint8Array, padding: number): Uint8Array {
    const sealed = padding === 0 ? unit : unit.subarray(0, unit.length - padding)
    const payload = this.#guard(() => this.#parts.seal.open(sealed))
    this.#state = payload.length === 0 ? { at: 'ended' } : AT_SIZE
    return payload
  }

  /** Exactly `length` bytes in one piece, or undefined after keeping what there is. */
  #take(length: number): Uint8Array | undefined {
    const available = this.#input.length - this.#at
    if (this.#gathering === undefined && available >= length) {
      this.#at += length
      return this.#input.subarray(this.#at - length, this.#at)
    }
    if (available === 0) {
      this.#input = EMPTY
      this.#at = 0
      return undefined
    }
    this.#gathering ??= { unit: Buffer.allocUnsafeSlow(length), filled: 0 }
    const gathering = this.#gathering
    const copied = Math.min(available, length - gathering.filled)
    gathering.unit.set(this.#input.subarray(this.#at, this.#at + copied), gathering.filled)
    gathering.filled += copied
    this.#at += copied
    if (gathering.filled < length) return this.#take(length)
    this.#gathering = undefined
    return gathering.unit
  }

  /** A fault is kept and repeated by every later call. */
  #guard<T>(step: () => T): T {
    try {
      return step()
    } catch (error) {
      if (error instanceof Fault) this.#state = { at: 'failed', fault: error }
      throw error
    }
  }
}
