import { createHmac } from 'node:crypto'

/**
 * The first `length` bytes, at most 32, of what a secret key makes of a text: always the same for the same
 * text, and without the key nobody can tell which text it was.
 */
export function keyedId(key: Uint8Array, text: string, length: number): Uint8Array {
  return Uint8Array.from(createHmac('sha256', key).update(text).digest().subarray(0, length))
}
