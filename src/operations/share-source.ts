/** What is shared: stored profiles, links, client files, and the users of server files. */
import { displayText } from '../dialects/display-text.js'
import type { Profile } from '../dialects/profile.js'
import { Fault } from '../faults/fault.js'
import { readStore } from './profiles/store.js'
import { fileExists, readTextFile, readTextStream } from './text-input.js'

export interface ShareSource {
  /** The name of a stored profile, a link, a file, or `-`; the profile in use unless given. */
  readonly source?: string | undefined
  /** Where profiles are stored. */
  readonly folder: string
  readonly stdin: AsyncIterable<Uint8Array>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of a server file: how clients reach the server. */
  readonly address?: string | undefined
  /** Of a server file: the port that clients use, where something in front of it changes it. */
  readonly port?: number | undefined
  /** Of a server file: the email of a user; all of them unless given. */
  readonly user?: string | undefined
}

export interface SharedProfiles {
  /** At least one. */
  readonly profiles: readonly Profile[]
  /** What was odd about the source. Safe to show. */
  readonly notes: readonly string[]
}

/**
 * The profiles that a source stands for. A name of a stored profile comes before a file of that name.
 * Throws PROFILE, CLI_FILE, LINK and CONFIG faults.
 */
export async function readShareSource(request: ShareSource): Promise<SharedProfiles> {
  const { source, folder, address, user } = request
  const wantsServer = address !== undefined || user !== undefined
  if (source === undefined || (!wantsServer && !isText(source))) {
    const stored = await findStored(folder, source)
    if (stored !== undefined) return { profiles: [stored], notes: [] }
  }
  const text = await readSource(source ?? '-', request.stdin)
  if (wantsServer) return readServer(text, request)
  return readClient(text, request)
}

/** The one profile of a source that must not have several. Throws `CLI_USAGE` with their names. */
export function onlyProfile({ profiles }: SharedProfiles): Profile {
  const [first] = profiles
  if (first !== undefined && profiles.length === 1) return first
  const names = profiles.slice(0, 5).map(({ name }) => displayText(name))
  throw new Fault('CLI_USAGE', {
    what: `one profile is wanted, and this is ${profiles.length}`,
    why: names.join(', '),
    hint: 'choose with --user NAME, or import them and name one',
  })
}

function isText(source: string): boolean {
  return source === '-' || source.includes('://')
}

async function findStored(folder: string, name: string | undefined): Promise<Profile | undefined> {
  const store = await readStore(folder)
  if (name === undefined) return store.profile(store.nameOr(undefined))
  if (store.has(name)) return store.profile(name)
  // Neither: the fault about the name says more than one about a file that nobody meant.
  return (await fileExists(name)) ? undefined : store.profile(name)
}

async function readSource(source: string, stdin: AsyncIterable<Uint8Array>): Promise<string> {
  if (source === '-') return readTextStream(stdin, 'standard input')
  return source.includes('://') ? source : readTextFile(source)
}

async function readClient(text: string, request: ShareSource): Promise<SharedProfiles> {
  const { readProfiles } = await import('../dialects/read-profiles.js')
  const { isServerText } = await import('./server-source.js')
  const { nodes } = await readProfiles(text).catch((error: unknown) => {
    throw isServerText(text, request.environment) ? addressNeeded('it is the file of a server: ') : error
  })
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

function addressNeeded(before = ''): Fault {
  return new Fault('CLI_INPUT_MISSING', { what: `${before}--address ADDR is needed` })
}

async function readServer(text: string, request: ShareSource): Promise<SharedProfiles> {
  const { address, source: file = '-', ...choice } = request
  if (address === undefined) throw addressNeeded()
  const { readServerText } = await import('./server-source.js')
  return { profiles: await readServerText(text, { address, file, ...choice }), notes: [] }
}
