/** The schema for editors against the reader: each knows the keys of the other. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Place } from '../../../src/config/place.js'
import type { SchemaNode } from '../../../src/config/schema/node.js'
import { CONFIG_SCHEMA } from '../../../src/config/schema/schema.js'
import { checkConfig } from '../../../src/config/v2ray-json.js'

/** A value with every key that a schema knows; of lists one element for each kind that it tells apart. */
function sample(node: SchemaNode): unknown {
  if (node.enum !== undefined) return node.enum[0]
  if (node.anyOf !== undefined) return sample(node.anyOf[0] as SchemaNode)
  if (node.type === 'array') return node.items === undefined ? [] : variants(node.items)
  if (node.type === 'object') return wholeObject(node)
  if (node.type === 'boolean') return true
  if (node.type === 'integer') return node.default ?? node.minimum ?? 0
  return typeof node.default === 'string' && node.default !== '' ? node.default : 'a'
}

function wholeObject({ properties = {}, additionalProperties }: SchemaNode): object {
  const values = Object.entries(properties).map(([key, node]) => [key, sample(node)])
  const others = typeof additionalProperties === 'object' ? [['0', sample(additionalProperties)]] : []
  return Object.fromEntries([...values, ...others])
}

/** Objects with a `protocol` have other settings for each. */
function variants(node: SchemaNode): readonly unknown[] {
  if (node.allOf === undefined) return [sample(node)]
  return node.allOf.map(({ if: condition, then: members }) => {
    const [protocol] = condition.properties?.protocol?.enum ?? []
    const settings = members.properties?.settings
    return { ...wholeObject(node), protocol, ...(settings && { settings: sample(settings) }) }
  })
}

/** The part of a schema that stands for a place. */
function schemaAt(
  node: SchemaNode | undefined,
  steps: readonly string[],
  owner: unknown,
): SchemaNode | undefined {
  const [step, ...rest] = steps
  if (node === undefined || step === undefined) return node
  const inner = Array.isArray(owner)
    ? owner[Number(step)]
    : (owner as Record<string, unknown> | undefined)?.[step]
  if (node.type === 'array') return schemaAt(node.items, rest, inner)
  const { protocol } = (owner ?? {}) as { protocol?: string }
  const special = node.allOf?.find(({ if: one }) => one.properties?.protocol?.enum?.includes(protocol ?? ''))
  const own = special?.then.properties?.[step] ?? node.properties?.[step]
  const other = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined
  return schemaAt(own ?? other, rest, inner)
}

const everything = sample(CONFIG_SCHEMA) as Record<string, unknown>

afterEach(() => vi.restoreAllMocks())

describe('the schema and the reader', () => {
  it('the reader knows each key of the schema', () => {
    const { issues } = checkConfig(JSON.stringify(everything))
    expect(
      issues.filter(({ rule }) => rule === 'VM-K01' || rule === 'VM-K02').map(({ path }) => path),
    ).toEqual([])
  })

  it('the schema has each key that is read, but for those that have no place in a new file', () => {
    const asked = new Set<string>()
    const child = Place.prototype.child
    vi.spyOn(Place.prototype, 'child').mockImplementation(function (this: Place, key: string) {
      asked.add(`${this.path}/${key}`)
      return child.call(this, key)
    })
    checkConfig(JSON.stringify(everything))
    const missing = [...asked].filter(
      (path) => schemaAt(CONFIG_SCHEMA, path.split('/').slice(1), everything) === undefined,
    )
    const known = missing
      .map((path) => path.replaceAll(/\/\d+/g, ''))
      .map((path) => path.replace(/.*\/(?=.*\/)/, ''))
    expect(asked.size).toBeGreaterThan(200)
    expect([...new Set(known)].sort()).toMatchSnapshot()
  })
})
