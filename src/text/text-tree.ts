/** Values in the text of a file, whatever its syntax: where they stand, and how to change them in place. */

/** Keys and indexes from the root, as in a JSON pointer. */
export type Steps = readonly string[]

export interface Span {
  readonly offset: number
  /** Of a list or object 1: what is wrong with it is not all of it. */
  readonly length: number
}

export interface Located extends Span {
  /** The steps that were found, keys as the file writes them. */
  readonly steps: Steps
}

export interface ValueChange {
  readonly steps: Steps
  /** What is to stand there; undefined: nothing. */
  readonly value: unknown
}

/** Changes of one part of a file. */
export interface ItemChange {
  /** Where the part stands. */
  readonly item: Steps
  /** Steps count from the part; no steps replace it. */
  readonly changes: readonly ValueChange[]
}

export interface TextTree {
  /** The deepest value on the way; the root when not even the first step is there. */
  locate(steps: Steps): Located
  /** The text with other values; comments and layout of what is not touched stay. */
  change(changes: readonly ItemChange[]): string
}

/** How a syntax goes down by one step. */
export type StepInto<Node> = (
  node: Node,
  key: string,
) => { readonly key: string; readonly node: Node } | undefined

/** The deepest node on a way, and the steps to it. */
export function descend<Node>(
  root: Node,
  steps: Steps,
  stepInto: StepInto<Node>,
): { readonly node: Node; readonly steps: Steps } {
  let node = root
  const found: string[] = []
  for (const key of steps) {
    const next = stepInto(node, key)
    if (next === undefined) break
    found.push(next.key)
    node = next.node
  }
  return { node, steps: found }
}

/** `tls-settings`, `tls_settings` and `TLSSettings` are one key to the programs that read such files. */
export function sameKey(a: string, b: string): boolean {
  return a === b || bareKey(a) === bareKey(b)
}

function bareKey(key: string): string {
  return key.replaceAll(/[-_]/g, '').toLowerCase()
}

/** `/a~1b/0` as steps. */
export function stepsOf(pointer: string): Steps {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

export function pointerOf(steps: Steps): string {
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** What leads from one plain value to another, the smallest parts that differ. */
export function changesBetween(before: unknown, after: unknown, steps: Steps = []): readonly ValueChange[] {
  if (Object.is(before, after)) return []
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...keys].flatMap((key) => changesBetween(before[key], after[key], [...steps, key]))
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, i) => changesBetween(item, after[i], [...steps, String(i)]))
  }
  return [{ steps, value: after }]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
