/** Vectors of bodies in the request direction. */
import type { CryptoBackend } from '../../../src/crypto/backend.js'
import { isFault } from '../../../src/faults/fault.js'
import { makeBodyDecoder, makeBodyEncoder } from '../../../src/vmess/body-codec.js'
import { type BodyForm, planBody } from '../../../src/vmess/body-plan.js'
import { need, needHex, unhex, type Vector } from '../vectors.js'

export interface BodyOutcome {
  readonly code: string
  readonly pieces: readonly Uint8Array[]
  readonly ended: boolean
}

function partsOf(vector: Vector, backend: CryptoBackend) {
  const key = needHex(vector, 'key')
  const iv = needHex(vector, 'iv')
  const plan = planBody({
    security: Number(need(vector, 'security')),
    options: Number(need(vector, 'options')),
    form: need(vector, 'form') as BodyForm,
  })
  const zeros = (size: number): Uint8Array => new Uint8Array(size)
  return [plan, { key, iv, requestKey: key, requestIv: iv }, { backend, random: zeros }] as const
}

export const piecesOf = (vector: Vector): Uint8Array[] => need(vector, 'pieces').split(' ').map(unhex)

export function takeBody(vector: Vector, backend: CryptoBackend, input: readonly Uint8Array[]): BodyOutcome {
  const decoder = makeBodyDecoder(...partsOf(vector, backend))
  const pieces: Uint8Array[] = []
  const outcome = (code: string): BodyOutcome => ({ code, pieces, ended: decoder.ended })
  try {
    for (const bytes of input) {
      decoder.receive(bytes)
      for (let piece = decoder.next(); piece !== undefined; piece = decoder.next()) pieces.push(piece.slice())
    }
    decoder.finish()
    return outcome('ok')
  } catch (error) {
    if (!isFault(error)) throw error
    return outcome(error.code)
  }
}

/** The body again, from its pieces. */
export function encodeAgain(vector: Vector, backend: CryptoBackend): Uint8Array {
  const encoder = makeBodyEncoder(...partsOf(vector, backend))
  const parts = piecesOf(vector).flatMap((piece) => [...encoder.encode(piece)])
  if (need(vector, 'ends') === 'yes') parts.push(...encoder.finish())
  return Buffer.concat(parts)
}
