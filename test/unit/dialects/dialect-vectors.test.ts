/** The cases of `test/vectors/dialects`: its README says what they are. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatUuid } from '../../../src/account/uuid.js'
import { readProfiles } from '../../../src/dialects/read-profiles.js'
import { type Fault, isFault } from '../../../src/faults/fault.js'

interface Quirk {
  readonly name: string
  readonly source: string
  readonly dialect: string
  readonly text: string
  readonly expect: Readonly<Record<string, unknown>>
  readonly absent?: readonly string[]
  readonly notes?: number
}

interface Refused {
  readonly name: string
  readonly text: string
  readonly expect: string
  readonly why: string
}

function load<T>(file: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`../../vectors/dialects/${file}`, import.meta.url), 'utf8')) as T[]
}

describe('quirks.json', () => {
  it.each(load<Quirk>('quirks.json'))('$dialect, $source: $name', async (vector) => {
    const { nodes } = await readProfiles(vector.text)
    const [node, ...others] = nodes
    if (node?.ok !== true) throw node?.fault ?? new Error('there is no node')
    expect(others).toEqual([])
    expect(node.dialect).toBe(vector.dialect)
    expect({ ...node.profile, uuid: formatUuid(node.profile.uuid) }).toMatchObject(vector.expect)
    for (const field of vector.absent ?? []) expect(node.profile).not.toHaveProperty(field)
    expect(node.notes.length, node.notes.join('; ')).toBe(vector.notes ?? 0)
  })
})

async function faultOf(text: string): Promise<Fault> {
  try {
    const [node] = (await readProfiles(text)).nodes
    if (node?.ok === false) return node.fault
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  throw new Error('the text was read')
}

describe('refused.json', () => {
  it.each(load<Refused>('refused.json'))('$name', async (vector) => {
    const fault = await faultOf(vector.text)
    expect(fault.code).toBe(vector.expect)
    expect(fault.why ?? '').toContain(vector.why)
    expect(fault.message).not.toMatch(/b3f1c2d4|secret/)
  })
})
