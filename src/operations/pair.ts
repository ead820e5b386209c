/** Making a server and clients that belong together. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { formatUuid } from '../account/uuid.js'
import type { PairPlan } from '../dialects/pair-plan.js'
import { Fault } from '../faults/fault.js'
import { writeOutputFile } from './output-file.js'
import { type PairChoices, planPair } from './pair-choices.js'
import { type PairFile, type PairFilesOptions, writePairFiles } from './pair-files.js'
import { pairNotes } from './pair-notes.js'
import { makePairTexts, type PairText, type PairTextOptions } from './pair-texts.js'
import type { PairFormat } from './pair-values.js'

export interface Pair {
  readonly plan: PairPlan
  readonly format: PairFormat
  readonly texts: readonly PairText[]
  readonly users: readonly PairUserFacts[]
  /** What its owner should know, one line each. */
  readonly notes: readonly string[]
}

/** The secrets of one user. */
export interface PairUserFacts {
  readonly name: string
  readonly id: string
  /** In the v2rayN form. */
  readonly link: string
}

export type PairOptions = Omit<PairTextOptions, 'nginx'>

/**
 * A checked server and client pair as texts. Throws `PAIR_VALUE`, `PAIR_FORMAT`, `CLI_INPUT_MISSING` for
 * what has no default, and `VMESS_ID`.
 */
export async function makePair(choices: PairChoices, options: PairOptions = {}): Promise<Pair> {
  const files = { certificateFile: absolute(choices.certificateFile), keyFile: absolute(choices.keyFile) }
  const plan = await planPair({ ...choices, ...files })
  const { format, texts, links } = await makePairTexts(plan, { ...options, nginx: files })
  const users = links.map(({ name, id, link }) => ({ name, id: formatUuid(id), link }))
  const notes = [...pairNotes(plan, format), ...(await notesOnFiles(Object.values(files)))]
  return { plan, format, texts, users, notes }
}

/** A server may be started in any folder. */
function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path)
}

/** The pair may be for another machine, so that a file which is not here is no mistake. */
async function notesOnFiles(paths: readonly (string | undefined)[]): Promise<readonly string[]> {
  const notes = paths.map(async (path) => {
    if (path === undefined) return []
    return access(path, constants.R_OK).then(
      () => [],
      () => [`${path} cannot be read here; the server needs it where it runs`],
    )
  })
  return (await Promise.all(notes)).flat()
}

/** Its files: all of them, or none. Throws `CLI_OUTPUT_EXISTS` and `CLI_OUTPUT`. */
export function writePair(pair: Pair, options: PairFilesOptions): Promise<readonly PairFile[]> {
  return writePairFiles(pair.texts, options)
}

/** The file of one side alone. Throws `PAIR_VALUE` when there are several, and as {@link writePair} does. */
export async function writeOneSide(
  { texts }: Pair,
  { path, force = false }: { readonly path: string; readonly force?: boolean },
): Promise<void> {
  const sides = texts.filter(({ part }) => part === 'server' || part === 'client')
  const [only, second] = sides
  if (only === undefined || second !== undefined) {
    throw new Fault('PAIR_VALUE', {
      what: `--output takes one file, and there are ${sides.length}`,
      hint: 'give --dir DIR instead',
    })
  }
  await writeOutputFile(path, only.text, { mode: only.mode, force })
}
