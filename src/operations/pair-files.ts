/** A pair on disk: every file of it, or none. */
import { existsSync } from 'node:fs'
import { mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../faults/fault.js'
import { assertFree, writeOutputFiles } from './output-file.js'
import type { PairPart, PairText } from './pair-texts.js'
import { visible } from '../text/visible.js'

const SERVER_FILES = ['server.json', 'server.yaml'] as const

export interface PairFilesOptions {
  /** Made, for its owner alone, if it is not there. */
  readonly dir: string
  /** Replace files that are there already. */
  readonly force?: boolean
}

export interface PairFile {
  readonly part: PairPart
  readonly path: string
}

/** Throws `CLI_OUTPUT_EXISTS` and `CLI_OUTPUT`; then nothing was written and no folder is left. */
export async function writePairFiles(
  texts: readonly PairText[],
  { dir, force = false }: PairFilesOptions,
): Promise<readonly PairFile[]> {
  const files = texts.map(({ part, name, text, mode }) => ({
    part,
    path: join(dir, name),
    content: text,
    mode,
  }))
  if (!force) for (const { path } of files) await assertFree(path)
  const made = await makeFolder(dir)
  try {
    await writeOutputFiles(files, { force })
  } catch (error) {
    // Only when it is empty, and the first one of several that were made stays.
    if (made) await rmdir(dir).catch(() => undefined)
    throw error
  }
  return files.map(({ part, path }) => ({ part, path }))
}

/** What speaks against a folder, before anything is made for it: a server that is there already. */
export function complaintAboutFolder(dir: string): string | undefined {
  if (dir.trim() === '') return 'is empty; give the name of a folder'
  const taken = SERVER_FILES.map((name) => join(dir, name)).find((path) => existsSync(path))
  return taken === undefined ? undefined : `holds ${taken} already; give another, or --force`
}

/** Whether it had to be made. */
async function makeFolder(dir: string): Promise<boolean> {
  try {
    return (await mkdir(dir, { recursive: true, mode: 0o700 })) !== undefined
  } catch (error) {
    throw new Fault('CLI_OUTPUT', { why: visible(`${dir}: ${(error as Error).message}`), cause: error })
  }
}
