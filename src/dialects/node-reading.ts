/** What became of one node of a text. */
import { Fault, isFault } from '../faults/fault.js'
import type { DialectId } from './dialect-ids.js'
import type { Profile } from './profile.js'

export interface ReadNode {
  readonly ok: true
  readonly profile: Profile
  readonly dialect: DialectId
  /** What was odd, and what was made of it. Safe to show. */
  readonly notes: readonly string[]
  /** `line 3`, or a JSON pointer such as `/proxies/3`. */
  readonly where: string
}

export interface UnreadNode {
  readonly ok: false
  /** If there is one; may hold any character. */
  readonly name?: string
  readonly fault: Fault
  readonly where: string
}

export type NodeReading = ReadNode | UnreadNode

/** Reads one node; a fault is that node's alone. */
export function readNode(
  where: string,
  read: () => Pick<ReadNode, 'profile' | 'dialect' | 'notes'>,
  name?: string,
): NodeReading {
  try {
    return { ok: true, ...read(), where }
  } catch (error) {
    if (!isFault(error)) throw error
    return { ok: false, fault: error, where, ...(name !== undefined && { name }) }
  }
}

/** Longest text that is looked at, in bytes of UTF-8. */
export const MAX_SOURCE_BYTES = 32 * 1024 * 1024

/** More would fit no memory: a third of the longest text in nodes, or any kind of junk. */
export const MAX_NODES = 200_000

/** Throws `LINK_SOURCE_SIZE`. */
export function assertCount(count: number, what = 'nodes'): void {
  if (count > MAX_NODES) throw new Fault('LINK_SOURCE_SIZE', { why: `more than ${MAX_NODES} ${what}` })
}

/** Nodes that fail for the same reason have the same fault, stack and all: thousands would fill the memory. */
export function shareFault(node: NodeReading, faults: Map<string, Fault>): NodeReading {
  if (node.ok) return node
  const known = faults.get(node.fault.message)
  if (known !== undefined) return { ...node, fault: known }
  faults.set(node.fault.message, node.fault)
  return node
}
