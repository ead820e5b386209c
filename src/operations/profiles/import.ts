/** Whatever holds VMess servers → stored profiles, with a report for each of them. */
import type { Profile } from '../../dialects/profile.js'
import { MAX_SOURCE_BYTES, type ProfileReading, readProfiles } from '../../dialects/read-profiles.js'
import { asFault, Fault } from '../../faults/fault.js'
import { isPicture, readPicture } from '../pictures/read-picture.js'
import { decodeText, fileExists, readFileBytes, readStreamBytes } from '../text-input.js'
import type { StoreDocument } from './document.js'
import { nodeFacts, type NodeFacts } from './node-facts.js'
import { profileToRecord } from './record.js'
import { changeStore, readStore } from './store.js'

export interface ImportRequest {
  /** Links and other texts, files, and `-` for the stream. */
  readonly sources: readonly string[]
  readonly stdin: AsyncIterable<Uint8Array>
  /** Where profiles are stored. */
  readonly folder: string
  /** In place of the names in the sources; several get numbers. */
  readonly name?: string | undefined
  /** Report, and store nothing. */
  readonly dryRun?: boolean
}

/** What became of one node, or of a source that could not be read at all. */
export type ImportRow =
  | ({
      /** `known`: it is stored already, the same in every field. */
      readonly result: 'added' | 'known'
      readonly source: string
      readonly where: string
      /** As it is stored. */
      readonly name: string
      /** What was odd about it, and what was made of it. */
      readonly notes: readonly string[]
    } & NodeFacts)
  | {
      readonly result: 'refused'
      readonly source: string
      readonly where: string
      /** If it could be told; may hold any character. */
      readonly name: string
      readonly fault: Fault
    }

export interface ImportReport {
  /** In the order of the sources. */
  readonly rows: readonly ImportRow[]
  readonly added: number
  readonly known: number
  readonly refused: number
}

interface Reading {
  readonly source: string
  readonly nodes: ProfileReading['nodes']
}

/**
 * Reads every source and stores what is new. Never throws for what is in a source: that is in the report,
 * one row per node. Throws `CLI_OUTPUT` and `PROFILE_*` where nothing can be stored.
 */
export async function importProfiles(request: ImportRequest): Promise<ImportReport> {
  const readings: Reading[] = []
  for (const source of request.sources) readings.push(await readSource(source, request.stdin))
  const { folder, name, dryRun = false } = request
  const enter = (store: StoreDocument): ImportRow[] => addAll(store, readings, name)
  const isNew = readings.some(({ nodes }) => nodes.some(({ ok }) => ok))
  const rows = dryRun || !isNew ? enter(await readStore(folder)) : await changeStore(folder, enter)
  const count = (result: ImportRow['result']): number => rows.filter((row) => row.result === result).length
  return { rows, added: count('added'), known: count('known'), refused: count('refused') }
}

/** How a report is to end: undefined when every node could be used. */
export function faultOfImport({ rows, added, known, refused }: ImportReport): Fault | undefined {
  if (refused === 0) return undefined
  const [first] = rows
  if (rows.length === 1 && first?.result === 'refused') return first.fault
  const why = `${refused} of ${rows.length}`
  return new Fault(added + known === 0 ? 'IMPORT_NOTHING' : 'IMPORT_PARTIAL', { why })
}

async function readSource(source: string, stdin: AsyncIterable<Uint8Array>): Promise<Reading> {
  const label = source === '-' ? 'standard input' : source.includes('://') ? 'text' : source
  try {
    return { source: label, nodes: await readNodes(source, stdin) }
  } catch (error) {
    return { source: label, nodes: [{ ok: false, where: '', fault: asFault(error) }] }
  }
}

async function readNodes(source: string, stdin: AsyncIterable<Uint8Array>): Promise<Reading['nodes']> {
  if (source !== '-' && source.includes('://') && !(await fileExists(source))) return readText(source)
  const limits = { maxBytes: MAX_SOURCE_BYTES }
  const bytes =
    source === '-'
      ? await readStreamBytes(stdin, 'standard input', limits)
      : await readFileBytes(source, limits)
  if (!isPicture(bytes)) return readText(decodeText(bytes, source === '-' ? 'standard input' : source))
  const nodes: Reading['nodes'][number][] = []
  for (const text of await readPicture(bytes)) nodes.push(...(await readText(text)))
  return nodes
}

async function readText(text: string): Promise<Reading['nodes']> {
  if (/^\s*https?:\/\/\S+\s*$/i.test(text)) {
    throw new Fault('LINK_SCHEME', {
      why: 'it is a web address',
      hint: 'a subscription is fetched with: vmess sub add NAME --url URL',
    })
  }
  return (await readProfiles(text)).nodes
}

function addAll(store: StoreDocument, readings: readonly Reading[], name: string | undefined): ImportRow[] {
  const known = new Map<string, string>()
  for (const entry of store.entries) known.set(JSON.stringify(store.recordOf(entry.name)), entry.name)
  return readings.flatMap(({ source, nodes }) =>
    nodes.map((node): ImportRow => {
      const { where } = node
      if (!node.ok) return { result: 'refused', source, where, name: node.name ?? '', fault: node.fault }
      const profile: Profile = name === undefined ? node.profile : { ...node.profile, name }
      const key = JSON.stringify(profileToRecord(profile))
      const there = known.get(key)
      const facts = { source, where, notes: node.notes, ...nodeFacts(profile) }
      if (there !== undefined) return { result: 'known', name: there, ...facts }
      const stored = store.add(profile)
      known.set(key, stored)
      return { result: 'added', name: stored, ...facts }
    }),
  )
}
