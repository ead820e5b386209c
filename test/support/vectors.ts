/** Vectors as text: lines of `key: value`, an empty line, hex. See `test/vectors/README.md`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Vector {
  /** Folder and file, without `.txt`. */
  readonly name: string
  readonly fields: ReadonlyMap<string, string>
  readonly bytes: Uint8Array
}

export function parseVector(name: string, text: string): Vector {
  const edge = text.indexOf('\n\n')
  if (edge === -1) throw new Error(`${name}: no empty line before the hex`)
  const fields = new Map<string, string>()
  for (const line of text.slice(0, edge).split('\n')) {
    const colon = line.indexOf(':')
    if (colon === -1 || fields.has(line.slice(0, colon))) throw new Error(`${name}: ${line}`)
    fields.set(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return { name, fields, bytes: unhex(text.slice(edge)) }
}

/** Every `.txt` below a folder, in order of their names. */
export function readVectors(folder: string): Vector[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.txt'))
    .sort()
    .map((path) => parseVector(path.slice(0, -4), readFileSync(join(folder, path), 'utf8')))
}

/** A field that must be there. */
export function need(vector: Vector, key: string): string {
  const value = vector.fields.get(key)
  if (value === undefined) throw new Error(`${vector.name}: no ${key}`)
  return value
}

export function needHex(vector: Vector, key: string): Uint8Array {
  return unhex(need(vector, key))
}

export function unhex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '')
  if (!/^(?:[0-9a-f]{2})*$/.test(digits)) throw new Error(`not hex: ${digits.slice(0, 40)}`)
  return Uint8Array.from(Buffer.from(digits, 'hex'))
}

/** The ways to cut an input that no decoder may notice: whole, byte by byte, at random. */
export function cutsOf(bytes: Uint8Array, dice: () => number): ReadonlyMap<string, readonly Uint8Array[]> {
  const random: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + Math.floor(dice() * dice() * 40)
    random.push(bytes.subarray(at, at + length))
    at += length
  }
  return new Map([
    ['whole', [bytes]],
    ['byte by byte', Array.from(bytes, (byte) => Uint8Array.of(byte))],
    ['random cuts', random],
  ])
}
