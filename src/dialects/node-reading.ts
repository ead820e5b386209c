/** What became of one node of a text. */
import { type Fault, isFault } from '../faults/fault.js'
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
