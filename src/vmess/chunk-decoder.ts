import { release } from '../bytes/release.js'
import { RUN_LIMITS, type SealedUnit } from '../crypto/backend.js'
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
  /** A payload that is plain and unpadded passes as it comes. */
  | { readonly at: 'passing'; left: number }
  | { readonly at: 'ended' }
  | { readonly at: 'failed'; readonly fault: Fault }

/** A chunk that began in an earlier read and is whole now. */
interface CarriedChunk {
  readonly unit: Uint8Array
  readonly padding: number
}

const AT_SIZE: State = { at: 'size' }
const EMPTY = new Uint8Array(0)

/** Chunks up to this size are opened by the run, if at least so many of them are there. */
const SMALL_CHUNK = 8_192
const SHORTEST_RUN = 4

/**
 * Chunks into plaintext (protocol §4.4, §4.5). Holds at most one chunk: 65 535 bytes, and nothing
 * between chunks. A chunk that carries exactly overhead and padding is the end of the stream.
 */
export class ChunkDecoder implements BodyDecoder {
  readonly borrows: boolean
  readonly #parts: ChunkReaderParts
  /** Whether small chunks of one read may be opened, and delivered, together. */
  readonly #runs: boolean
  /** Whether a payload is delivered as it comes instead of as a whole. */
  readonly #passes: boolean
  #state: State = AT_SIZE
  #input: Uint8Array = EMPTY
  #at = 0
  #gathering: Gathering | undefined
  /** Size of the last chunk. */
  #usual = Number.POSITIVE_INFINITY

  constructor(parts: ChunkReaderParts) {
    const { plan, seal } = parts
    this.#parts = parts
    this.borrows = seal.borrows
    this.#runs = seal.openRun !== undefined && plan.form === 'stream'
    this.#passes = plan.cipher === 'none' && plan.form === 'stream'
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
          const run = this.#runs ? this.#openRun() : undefined
          if (run !== undefined) return run
          if (this.#state !== AT_SIZE) break
          const field = this.#take(this.#parts.sizes.bytes)
          if (field === undefined) return undefined
          this.#state = this.#sizeState(field, 0)
          break
        }
        case 'chunk': {
          const carried = this.#gathering !== undefined
          const unit = this.#take(state.wireSize)
          if (unit === undefined) return undefined
          if (carried && this.#runs) {
            const run = this.#openRun({ unit, padding: state.padding })
            if (run !== undefined) return run
            if (this.#state !== state) break
          }
          const payload = this.#open(unit, state.padding)
          if (carried && !this.borrows) release(unit)
          if (payload.length > 0) return payload
          break
        }
        case 'passing':
          return this.#pass(state)
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

  /** The state after a size field; a fault becomes the state that repeats it. */
  #sizeState(input: Uint8Array, at: number): State {
    const { plan, sizes } = this.#parts
    try {
      const padding = sizes.nextPadding()
      const wireSize = sizes.read(input, at)
      const least = plan.overhead + padding
      if (wireSize < least) {
        throw new Fault('VMESS_CHUNK_SIZE', { why: `${wireSize} bytes announced, at least ${least} needed` })
      }
      // An unencrypted end carries nothing, so there is nothing to wait for.
      if (wireSize === 0) return { at: 'ended' }
      return this.#passes ? { at: 'passing', left: wireSize } : { at: 'chunk', wireSize, padding }
    } catch (error) {
      return failed(error)
    }
  }

  #pass(state: { left: number }): Uint8Array | undefined {
    const part = this.#input.subarray(this.#at, this.#at + state.left)
    this.#at += part.length
    state.left -= part.length
    if (state.left === 0) this.#state = AT_SIZE
    return part.length === 0 ? undefined : part
  }

  #open(unit: Uint8Array, padding: number): Uint8Array {
    try {
      const payload = this.#parts.seal.open(unit.subarray(0, unit.length - padding))
      this.#state = payload.length === 0 ? { at: 'ended' } : AT_SIZE
      this.#usual = unit.length
      return payload
    } catch (error) {
      this.#state = failed(error)
      throw error
    }
  }

  /**
   * The payload of all small chunks that are here whole, if there are enough of them to be worth it,
   * beginning with the one that was carried over.
   * The first chunk that does not belong to them leaves its size behind as the state.
   */
  #openRun(carried?: CarriedChunk): Uint8Array | undefined {
    const { plan, sizes, seal } = this.#parts
    if (this.#gathering !== undefined || !this.#runIsHere()) return undefined
    const units: SealedUnit[] = []
    if (carried !== undefined) {
      const length = carried.unit.length - carried.padding - plan.overhead
      if (length === 0 || carried.unit.length > SMALL_CHUNK) return undefined
      units.push({ start: 0, length })
      this.#state = AT_SIZE
    }
    const begin = this.#at
    // Places in the run are counted from the carried chunk.
    const first = begin - (carried?.unit.length ?? 0)
    let edge = begin
    const input = this.#input
    while (units.length < RUN_LIMITS.units && this.#at + sizes.bytes <= input.length) {
      this.#state = this.#sizeState(input, this.#at)
      this.#at += sizes.bytes
      if (this.#state.at !== 'chunk') break
      const { wireSize, padding } = this.#state
      const end = this.#at + wireSize
      const length = wireSize - padding - plan.overhead
      const fits = end <= input.length && end - first <= RUN_LIMITS.bytes
      if (!fits || wireSize > SMALL_CHUNK || length === 0) break
      units.push({ start: this.#at - first, length })
      this.#at = end
      edge = end
      this.#state = AT_SIZE
    }
    if (units.length === 0) return undefined
    // Without the size that was left behind, which may lie beyond what a run can hold.
    const whole = input.subarray(begin, edge)
    const result = seal.openRun?.({ input: whole, units, ...(carried && { before: carried.unit }) })
    if (result === undefined) return undefined
    if (result.opened < units.length) this.#state = failed(new Fault('VMESS_CHUNK_TAG'))
    return result.plaintext.length === 0 ? undefined : result.plaintext
  }

  /** A guess by the last chunk: sizes are masked, so they can be read only once and in order. */
  #runIsHere(): boolean {
    return this.#usual <= SMALL_CHUNK && this.#input.length - this.#at >= SHORTEST_RUN * this.#usual
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
}

function failed(error: unknown): State {
  if (error instanceof Fault) return { at: 'failed', fault: error }
  throw error
}
