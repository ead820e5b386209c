import type { HmacMd5 } from '../crypto/hmac-md5.js'
import { timeField } from './legacy-head.js'

/** Slots are sixteen bits wide and 0 is an empty one. */
export const MOST_SIGNERS = 0xffff

/**
 * What every id would sign in one second, found by the first four bytes: a table with open addressing
 * and linear probing, at most half full. It may be filled in pieces; what is not in yet is not found.
 * Some eight to twelve bytes for each id.
 */
export class LegacySecond {
  readonly #message: Uint8Array
  readonly #signers: readonly HmacMd5[]
  readonly #words: Uint32Array
  /** 1 + the place of a signer. */
  readonly #slots: Uint16Array
  #filled = 0

  /** At most `MOST_SIGNERS` of them; the list must not change. */
  constructor(second: number, signers: readonly HmacMd5[]) {
    this.#message = timeField(second)
    this.#signers = signers
    this.#words = new Uint32Array(signers.length)
    this.#slots = new Uint16Array(2 ** Math.ceil(Math.log2(2 * signers.length)))
  }

  /** Signatures computed so far. */
  get filled(): number {
    return this.#filled
  }

  /** Computes at most `most` more signatures; returns how many. */
  fill(most: number): number {
    const from = this.#filled
    const to = Math.min(this.#signers.length, from + most)
    for (let place = from; place < to; place++) this.#enter(place)
    this.#filled = Math.max(from, to)
    return this.#filled - from
  }

  /** The place of the signer of `auth`, sixteen bytes, all of which are compared. */
  find(auth: Uint8Array): number | undefined {
    const wanted = word(auth)
    const mask = this.#slots.length - 1
    for (let slot = wanted & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const place = (this.#slots[slot] as number) - 1
      if (this.#words[place] === wanted && this.#signed(place, auth)) return place
    }
    return undefined
  }

  #enter(place: number): void {
    const value = word((this.#signers[place] as HmacMd5).digest(this.#message))
    const mask = this.#slots.length - 1
    let slot = value & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#words[place] = value
    this.#slots[slot] = place + 1
  }

  #signed(place: number, auth: Uint8Array): boolean {
    const signature = (this.#signers[place] as HmacMd5).digest(this.#message)
    return signature.every((byte, i) => byte === auth[i])
  }
}

function word(bytes: Uint8Array): number {
  const high = ((bytes[0] as number) << 8) | (bytes[1] as number)
  const low = ((bytes[2] as number) << 8) | (bytes[3] as number)
  return high * 0x1_0000 + low
}
