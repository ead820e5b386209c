/** Bodies to encode and decode, with the bytes that the naive builder expects of them. */
import type { Aead, CryptoBackend } from '../../src/crypto/backend.js'
import { nodeBackend } from '../../src/crypto/node-backend.js'
import { isFault } from '../../src/faults/fault.js'
import type { Random } from '../../src/ports/ports.js'
import { makeSeededRandom } from '../../src/testing/fakes.js'
import type { BodyDecoder, BodyEncoder } from '../../src/vmess/body.js'
import { type BodyKeys, makeBodyDecoder, makeBodyEncoder } from '../../src/vmess/body-codec.js'
import { type BodyChoice, planBody } from '../../src/vmess/body-plan.js'
import * as naive from './naive-vmess.js'

const draw = makeSeededRandom(77)

/** A response body, so that the keys of the request differ from its own. */
export const KEYS: BodyKeys = { key: draw(16), iv: draw(16), requestKey: draw(16), requestIv: draw(16) }

/** The naive builder pads with zeros. */
const zeros: Random = (size) => new Uint8Array(size)

export function encoderOf(choice: BodyChoice, backend: CryptoBackend = nodeBackend): BodyEncoder {
  return makeBodyEncoder(planBody(choice), KEYS, { backend, random: zeros })
}

export function decoderOf(choice: BodyChoice, backend: CryptoBackend = nodeBackend): BodyDecoder {
  return makeBodyDecoder(planBody(choice), KEYS, { backend, random: zeros })
}

/** The wire bytes of each piece, and of the end if `ends`. */
export function naiveParts(choice: BodyChoice, pieces: readonly Uint8Array[], ends: boolean): Buffer[] {
  const { security, options, form } = choice
  if (security === 5 && (options & 1) === 0) return pieces.map((piece) => Buffer.from(piece))
  if (security === 1 && (options & 1) === 0) return [naive.cfb(KEYS.key, KEYS.iv, Buffer.concat(pieces))]
  return naive.chunks({ ...KEYS, security, options, udp: form === 'packet' }, pieces, ends)
}

export interface Reading {
  /** Pieces as they came, copied. */
  readonly pieces: Uint8Array[]
  /** Of the first fault of `receive` and `next`; `none` without one. */
  readonly code: string
  /** What `finish` says afterwards. */
  readonly finish: string
  readonly ended: boolean
}

/** Gives the parts to a decoder out of one memory, as a reader of sockets does. */
export function readBody(decoder: BodyDecoder, parts: readonly Uint8Array[]): Reading {
  const pieces: Uint8Array[] = []
  const scratch = new Uint8Array(Math.max(0, ...parts.map((part) => part.length)))
  const code = outcomeOf(() => {
    for (const part of parts) {
      scratch.set(part)
      decoder.receive(scratch.subarray(0, part.length))
      for (let out = decoder.next(); out !== undefined; out = decoder.next())
        pieces.push(Uint8Array.from(out))
      scratch.fill(0xee)
    }
  })
  const finish = outcomeOf(() => {
    decoder.finish()
  })
  return { pieces, code, finish, ended: decoder.ended }
}

function outcomeOf(work: () => void): string {
  try {
    work()
    return 'none'
  } catch (error) {
    if (!isFault(error)) throw error
    return error.code
  }
}

/** The same backend without runs, which opens every chunk by itself. */
export const singlesBackend: CryptoBackend = {
  ...nodeBackend,
  aes128Gcm: (key) => single(nodeBackend.aes128Gcm(key)),
  chacha20Poly1305: (key) => single(nodeBackend.chacha20Poly1305(key)),
}

function single(aead: Aead): Aead {
  return { seal: (...call) => aead.seal(...call), open: (...call) => aead.open(...call) }
}
