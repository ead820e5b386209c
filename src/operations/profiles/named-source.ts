/** What a person names servers by, in every command alike: a stored profile, a link, a file, or `-`. */
import type { FormatId } from '../../dialects/dialect-ids.js'
import { displayText } from '../../dialects/display-text.js'
import { MAX_SOURCE_BYTES, type NodeReading } from '../../dialects/node-reading.js'
import type { Profile } from '../../dialects/profile.js'
import { Fault } from '../../faults/fault.js'
import { fileExists, readText } from '../text-input.js'
import { readStore } from './store.js'

export interface SourceName {
  /** The profile in use unless given. */
  readonly name?: string | undefined
  /** Where profiles are stored. */
  readonly folder: string
  /** Read for `-`. */
  readonly stdin: AsyncIterable<Uint8Array>
}

export type NamedSource =
  | { readonly kind: 'profile'; readonly profile: Profile }
  | {
      readonly kind: 'link' | 'file'
      readonly text: string
      /** Where the text is from: a path, `standard input` or `text`. */
      readonly file: string
    }

const LINK = /^\s*vmess1?:\/\//i

/**
 * What a name stands for. A stored profile comes before a file of the same name: `./NAME` is always the file.
 * Throws PROFILE and CLI_FILE faults.
 */
export async function findSource({ name, folder, stdin }: SourceName): Promise<NamedSource> {
  if (name === '-') return readFileSource(name, stdin)
  if (name !== undefined && LINK.test(name)) return { kind: 'link', text: name, file: 'text' }
  const store = await readStore(folder)
  if (name === undefined) return { kind: 'profile', profile: store.profile(store.nameOr(name)) }
  if (store.has(name)) return { kind: 'profile', profile: store.profile(name) }
  if (name.includes('://')) return { kind: 'link', text: name, file: 'text' }
  // Neither: the fault about the name says more than one about a file that nobody meant, unless it looks like one.
  if (!looksLikeFile(name) && !(await fileExists(name)))
    return { kind: 'profile', profile: store.profile(name) }
  return readFileSource(name, stdin)
}

/** A file whatever profiles there are, or the stream for `-`; 32 MiB at most. Throws CLI_FILE faults. */
export async function readFileSource(path: string, stdin: AsyncIterable<Uint8Array>): Promise<NamedSource> {
  const text = await readText(path, { stdin, maxBytes: MAX_SOURCE_BYTES })
  return { kind: 'file', text, file: path === '-' ? 'standard input' : path }
}

function looksLikeFile(name: string): boolean {
  return /[\\/]|\.(json|ya?ml|txt|conf)$/i.test(name)
}

export interface SourceReading {
  /** `profile` for a stored one. */
  readonly format: FormatId | 'profile'
  /** At least one. */
  readonly nodes: readonly NodeReading[]
}

/** The servers in it. `from` is what the text is taken for; told by the content unless given. Throws LINK faults. */
export async function readSource(source: NamedSource, from?: FormatId): Promise<SourceReading> {
  if (source.kind === 'profile') {
    const { profile } = source
    const where = `profile ${displayText(profile.name)}`
    return { format: 'profile', nodes: [{ ok: true, profile, dialect: 'v2rayn', notes: [], where }] }
  }
  const { readProfiles } = await import('../../dialects/read-profiles.js')
  const { dialect, nodes } = await readProfiles(source.text, from === undefined ? {} : { dialect: from })
  return { format: dialect, nodes }
}

export interface SourceProfiles {
  /** At least one. */
  readonly profiles: readonly Profile[]
  /** What was odd about them, and which could not be read. Safe to show. */
  readonly notes: readonly string[]
}

/** The servers that can be used. Throws the fault of the first when none can. */
export function usableProfiles({ nodes }: SourceReading): SourceProfiles {
  const good = nodes.filter((node) => node.ok)
  const bad = nodes.filter((node) => !node.ok)
  if (good.length === 0 && bad[0] !== undefined) throw bad[0].fault
  return {
    profiles: good.map(({ profile }) => profile),
    notes: [
      ...good.flatMap(({ notes }) => notes),
      ...bad.map(({ where, fault }) => `${where}: ${fault.message}`),
    ],
  }
}

/** The one profile of a source that must not have several. Throws `CLI_USAGE` with their names. */
export function onlyProfile({ profiles }: SourceProfiles): Profile {
  const [first] = profiles
  if (first !== undefined && profiles.length === 1) return first
  const names = profiles.slice(0, 5).map(({ name }) => displayText(name))
  throw new Fault('CLI_USAGE', {
    what: `one profile is wanted, and this is ${profiles.length}`,
    why: profiles.length > names.length ? `${names.join(', ')} and more` : names.join(', '),
    hint: 'choose with --user NAME, or import them and name one',
  })
}
