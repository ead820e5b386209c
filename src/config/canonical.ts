/** Walking a configuration along its schema: keys in their usual spelling and order, defaults filled in. */
import type { SchemaNode } from './schema/node.js'

/** The part of a schema that describes a key, whatever its case; undefined for unknown keys. */
export function schemaOf(
  schema: SchemaNode | undefined,
  key: string,
): { name: string; node: SchemaNode } | undefined {
  const name = Object.keys(schema?.properties ?? {}).find(
    (known) => known.toLowerCase() === key.toLowerCase(),
  )
  const node = name === undefined ? undefined : schema?.properties?.[name]
  if (name !== undefined && node !== undefined) return { name, node }
  const { additionalProperties } = schema ?? {}
  return typeof additionalProperties === 'object' ? { name: key, node: additionalProperties } : undefined
}

/** The schema of an object with what its own words add. */
export function specialise(
  schema: SchemaNode | undefined,
  value: Readonly<Record<string, unknown>>,
): SchemaNode | undefined {
  const matching = (schema?.allOf ?? []).filter(({ if: condition }) =>
    Object.entries(condition.properties ?? {}).every(([key, { enum: words = [] }]) => {
      const word = Object.entries(value).findLast(([name]) => name.toLowerCase() === key)?.[1]
      return typeof word === 'string' && words.includes(word.toLowerCase())
    }),
  )
  if (schema === undefined || matching.length === 0) return schema
  const added = matching.flatMap(({ then }) => Object.entries(then.properties ?? {}))
  return { ...schema, properties: { ...schema.properties, ...Object.fromEntries(added) } }
}

/** Places of keys in the order of the schema; unknown ones come behind, as they were. */
export function rankOf(schema: SchemaNode | undefined, key: string): number {
  const known = Object.keys(schema?.properties ?? {})
  const at = known.findIndex((name) => name.toLowerCase() === key.toLowerCase())
  return at === -1 ? known.length : at
}

export interface CanonicalOptions {
  /** Fill in what is not said. */
  readonly defaults?: boolean
}

/**
 * The same configuration with keys spelt and ordered as the schema has them, old spellings of the top level
 * made new, and null left out, which means the same. Values stay what they were.
 */
export function canonical(
  value: unknown,
  general: SchemaNode | undefined,
  options: CanonicalOptions = {},
): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(item, general?.items, options))
  if (typeof value !== 'object' || value === null) return value
  const schema = specialise(general, value as Readonly<Record<string, unknown>>)
  const entries = Object.entries(value)
    .filter(([, member]) => member !== null)
    .toSorted(([a], [b]) => rankOf(schema, a) - rankOf(schema, b))
    .map(([key, member]): [string, unknown] => {
      const known = schemaOf(schema, key)
      return [known?.name ?? key, canonical(member, known?.node, options)]
    })
  const said = Object.fromEntries(entries)
  return options.defaults === true ? withDefaults(said, schema) : said
}

/** Plain values only: a block that is not there is not made up, as its presence can mean something. */
function withDefaults(said: Readonly<Record<string, unknown>>, schema: SchemaNode | undefined): object {
  const silent = Object.entries(schema?.properties ?? {}).filter(
    ([key, { default: fallback }]) => fallback !== undefined && !(key in said),
  )
  const all = [...Object.entries(said), ...silent.map(([key, node]) => [key, node.default] as const)]
  return Object.fromEntries(all.toSorted(([a], [b]) => rankOf(schema, a) - rankOf(schema, b)))
}

/** `inbound`, `inboundDetour` and their like as the lists of today. */
export function modernLists(root: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { inbound, inboundDetour, outbound, outboundDetour, port, ...rest } = root
  const inbounds = [...(isObject(inbound) ? [withPort(inbound, port)] : []), ...items(inboundDetour)]
  const outbounds = [...(isObject(outbound) ? [outbound] : []), ...items(outboundDetour)]
  return {
    ...rest,
    ...(inbounds.length > 0 && { inbounds: [...inbounds, ...items(rest.inbounds)] }),
    ...(outbounds.length > 0 && { outbounds: [...outbounds, ...items(rest.outbounds)] }),
    ...(port !== undefined && inbound === undefined && { port }),
  }
}

function withPort(inbound: Readonly<Record<string, unknown>>, port: unknown): object {
  return inbound.port === undefined && port !== undefined ? { ...inbound, port } : inbound
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
