/** Files that commands write: whole or not at all, never over an existing one unless that was asked for. */
import { randomBytes } from 'node:crypto'
import { link, lstat, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '../faults/fault.js'

export interface OutputOptions {
  /** Permissions of the new file; 0o600 for whatever holds an id or a key. */
  readonly mode: number
  /** Replace a file that is there already. */
  readonly force?: boolean
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is no directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EDQUOT: 'the quota is used up',
  ENAMETOOLONG: 'the name is too long',
}

const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'])

/**
 * Writes a file under a temporary name beside it, syncs it and moves it into place, so that a reader
 * sees the old content or the new one. Throws `CLI_OUTPUT_EXISTS` without `force`, and `CLI_OUTPUT`;
 * nothing is left behind then.
 */
export async function writeOutputFile(
  path: string,
  content: string | Uint8Array,
  { mode, force = false }: OutputOptions,
): Promise<void> {
  const temporary = temporaryName(path)
  try {
    await writeSynced(temporary, content, mode)
    if (force) await rename(temporary, path)
    else await moveToNewName(temporary, path)
  } catch (error) {
    throw asOutputFault(error, path)
  } finally {
    // After a rename there is nothing to remove; whatever else happened, the temporary name goes.
    await discard(temporary)
  }
}

export interface OutputFile {
  readonly path: string
  readonly content: string | Uint8Array
  /** Permissions of the new file. */
  readonly mode: number
}

/**
 * Writes files that belong together: all of them or none. Each is first written whole under a temporary
 * name, so that a full disk changes nothing; should moving one of them fail all the same, those that were
 * moved to new names before it are removed again. Throws as `writeOutputFile` does, naming the file.
 */
export async function writeOutputFiles(
  files: readonly OutputFile[],
  { force = false }: Pick<OutputOptions, 'force'> = {},
): Promise<void> {
  const staged = files.map((file) => ({ ...file, temporary: temporaryName(file.path) }))
  const moved: string[] = []
  try {
    for (const { path, content, mode, temporary } of staged) {
      await naming(path, () => writeSynced(temporary, content, mode))
    }
    for (const { path, temporary } of staged) {
      const isNew = !(await exists(path))
      await naming(path, () => (force ? rename(temporary, path) : moveToNewName(temporary, path)))
      if (isNew) moved.push(path)
    }
  } catch (error) {
    for (const path of moved) await rm(path, { force: true })
    throw error
  } finally {
    for (const { temporary } of staged) await discard(temporary)
  }
}

/** Throws `CLI_OUTPUT_EXISTS` for a path where something is: before work that would be in vain. */
export async function assertFree(path: string): Promise<void> {
  if (await exists(path)) throw new Fault('CLI_OUTPUT_EXISTS', { why: path })
}

/** A name that could not be written, because it is too long for instance, cannot be removed either. */
async function discard(temporary: string): Promise<void> {
  await rm(temporary, { force: true }).catch(() => undefined)
}

async function naming(path: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    throw asOutputFault(error, path)
  }
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
}

/** A link fails where something has the name already; file systems without links get a placeholder first. */
async function moveToNewName(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    if (!WITHOUT_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    await (await open(path, 'wx')).close()
    await rename(temporary, path)
  }
}

async function writeSynced(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    // The mode of `open` is cut by the umask.
    await file.chmod(mode)
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

function asOutputFault(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  const { code = '' } = error as NodeJS.ErrnoException
  if (code === 'EEXIST') return new Fault('CLI_OUTPUT_EXISTS', { why: path })
  return new Fault('CLI_OUTPUT', { why: `${path}: ${REASONS[code] ?? error.message}`, cause: error })
}
