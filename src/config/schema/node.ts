/** Parts that JSON schemas are put together from. */

/** A JSON Schema (draft-07), as far as configurations need it. */
export interface SchemaNode {
  readonly $schema?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly required?: readonly string[]
  readonly items?: SchemaNode
  readonly enum?: readonly (string | number | boolean)[]
  readonly anyOf?: readonly SchemaNode[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  /** Further members of objects that have some word at a key. */
  readonly allOf?: readonly { readonly if: SchemaNode; readonly then: SchemaNode }[]
}

export function text(description: string, fallback?: string): SchemaNode {
  return { type: 'string', description, ...(fallback !== undefined && { default: fallback }) }
}

export function flag(description: string, fallback = false): SchemaNode {
  return { type: 'boolean', description, default: fallback }
}

/** A whole number; `range` is least, most and default, each inclusive. */
export function whole(description: string, range: readonly [number, number, number?]): SchemaNode {
  const [minimum, maximum, fallback] = range
  return {
    type: 'integer',
    description,
    minimum,
    maximum,
    ...(fallback !== undefined && { default: fallback }),
  }
}

/** One of some words, the first of which is the default. V2Ray takes them in any case; this is how it spells them. */
export function words(description: string, values: readonly string[]): SchemaNode {
  return { type: 'string', description, enum: values, default: values[0] }
}

/** A list of texts, or one text with commas. */
export function texts(description: string): SchemaNode {
  return { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }], description }
}

export function list(description: string, items: SchemaNode): SchemaNode {
  return { type: 'array', description, items }
}

/** Unknown keys are left to `vmess validate`, which knows where they belong. */
export function object(
  description: string,
  properties: Readonly<Record<string, SchemaNode>>,
  required: readonly string[] = [],
): SchemaNode {
  return { type: 'object', description, properties, ...(required.length > 0 && { required }) }
}

/** `settings` by the word at `protocol`. */
export function byProtocol(settings: Readonly<Record<string, SchemaNode>>): NonNullable<SchemaNode['allOf']> {
  return Object.entries(settings).map(([protocol, node]) => ({
    if: { properties: { protocol: { enum: [protocol] } } },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: { properties: { settings: node } },
  }))
}

/** Values by names that the file chooses. */
export function map(description: string, values: SchemaNode): SchemaNode {
  return { type: 'object', description, additionalProperties: values }
}

export const PORT = whole('1 to 65535', [1, 65_535])
const PEM_LINES = 'PEM, line by line'
export const pem = list(PEM_LINES, { type: 'string' })
