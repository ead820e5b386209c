/** Where the formats for files are read and written; loaded when one is asked for. */
import type { DialectId } from './dialect-ids.js'
import type { NodeReading } from './node-reading.js'
import type { Profile } from './profile.js'

/** A format for many nodes. Both directions are pure. */
export interface DocumentDialect {
  /** Every node of the text. Throws `LINK_*` when the text as a whole is of no use. */
  read(text: string): readonly NodeReading[]
  /** Profiles that fit (`fitProfile`), with names of their own. */
  write(profiles: readonly Profile[]): string
}

type Loader = () => Promise<DocumentDialect>

const DOCUMENTS: Readonly<Partial<Record<DialectId, Loader>>> = {}

export async function loadWriter(dialect: DialectId): Promise<DocumentDialect['write']> {
  const load = DOCUMENTS[dialect]
  if (load === undefined) throw new TypeError(`${dialect} is no format for files`)
  return (await load()).write
}

export async function loadReader(dialect: DialectId): Promise<DocumentDialect['read']> {
  const load = DOCUMENTS[dialect]
  if (load === undefined) throw new TypeError(`${dialect} is no format for files`)
  return (await load()).read
}
