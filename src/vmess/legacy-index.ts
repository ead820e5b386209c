/**
 * Whose legacy auth is this? The sixteen bytes are HMAC-MD5 of a second under an id, so they can only be
 * compared with what each id would have signed in each of the 241 seconds of the window (protocol §2.4).
 *
 * The index keeps, per second, the first four bytes of every id's signature, in the order of the ids:
 * a match is found by a scan in native code and then verified in full. Seconds are filled in when a
 * look-up first reaches them, from now outwards, and forgotten when they leave the window. So a server
 * whose clients all use AEAD computes nothing until a stranger calls, a fresh legacy header costs one
 * second of signatures, and the memory is about two kilobytes for each id.
 */
import { equal } from '../bytes/bytes.js'
import { HmacMd5 } from '../crypto/hmac-md5.js'
import { TIME_WINDOW_SECONDS } from './constants.js'
import { timeField } from './legacy-head.js'
import { alterIdsOf, type VmessUser } from './user.js'

/** Who signed, and which second. */
export interface LegacyMatch {
  readonly user: VmessUser
  readonly seconds: number
}

interface Signer {
  readonly user: VmessUser
  readonly hmac: HmacMd5
}

export class LegacyIndex {
  #signers: Signer[] = []
  readonly #seconds = new Map<number, Uint32Array>()

  /** Signatures held: at most 241 for each id. */
  get size(): number {
    return this.#seconds.size * this.#signers.length
  }

  /** Adds the main id and the alter ids of a user. */
  add(user: VmessUser): void {
    const added = [user.uuid, ...alterIdsOf(user)].map((id) => ({ user, hmac: new HmacMd5(id) }))
    this.#signers.push(...added)
    for (const [second, signatures] of this.#seconds) {
      const grown = new Uint32Array(this.#signers.length)
      grown.set(signatures)
      grown.set(sign(added, second), signatures.length)
      this.#seconds.set(second, grown)
    }
  }

  remove(user: VmessUser): void {
    const stays = this.#signers.map((signer) => signer.user !== user)
    this.#signers = this.#signers.filter((_, i) => stays[i])
    for (const [second, signatures] of this.#seconds) {
      this.#seconds.set(
        second,
        signatures.filter((_, i) => stays[i]),
      )
    }
  }

  /** Who signed `auth`, 16 bytes, in a second at most 120 away from `now`, Unix seconds. */
  find(auth: Uint8Array, now: number): LegacyMatch | undefined {
    if (this.#signers.length === 0) return undefined
    this.#forget(now)
    for (let distance = 0; distance <= TIME_WINDOW_SECONDS; distance++) {
      const match = this.#findAt(auth, now - distance) ?? this.#findAt(auth, now + distance)
      if (match !== undefined) return match
    }
    return undefined
  }

  #findAt(auth: Uint8Array, second: number): LegacyMatch | undefined {
    let signatures = this.#seconds.get(second)
    if (signatures === undefined) {
      signatures = sign(this.#signers, second)
      this.#seconds.set(second, signatures)
    }
    const wanted = word(auth)
    for (let at = signatures.indexOf(wanted); at !== -1; at = signatures.indexOf(wanted, at + 1)) {
      const { user, hmac } = this.#signers[at] as Signer
      if (equal(hmac.digest(timeField(second)), auth)) return { user, seconds: second }
    }
    return undefined
  }

  #forget(now: number): void {
    for (const second of this.#seconds.keys()) {
      if (Math.abs(second - now) > TIME_WINDOW_SECONDS) this.#seconds.delete(second)
    }
  }
}

function sign(signers: readonly Signer[], second: number): Uint32Array {
  const message = timeField(second)
  return Uint32Array.from(signers, ({ hmac }) => word(hmac.digest(message)))
}

function word(bytes: Uint8Array): number {
  const high = ((bytes[0] as number) << 8) | (bytes[1] as number)
  const low = ((bytes[2] as number) << 8) | (bytes[3] as number)
  return high * 0x1_0000 + low
}
