/** Files that commands write: whole or not at all, never over an existing one unless that was asked for. */
import { randomBytes } from 'node:crypto'
import { constants, copyFile, link, lstat, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '../faults/fault.js'
import { systemClock } from '../ports/ports.js'
import { visible } from '../text/visible.js'

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
 * sees the old content or the new one. With `force` a symbolic link stays, and the file behind it is replaced;
 * a device or pipe never is. Throws `CLI_OUTPUT_EXISTS` without `force`, and `CLI_OUTPUT`; nothing is left
 * behind then.
 */
export async function writeOutputFile(
  path: string,
  content: string | Uint8Array,
  { mode, force = false }: OutputOptions,
): Promise<void> {
  let temporary = temporaryName(path)
  try {
    const target = force ? await replaceable(path) : path
    temporary = temporaryName(target)
    await sweep(target)
    await writeSynced(temporary, content, mode)
    if (force) await rename(temporary, target)
    else await moveToNewName(temporary, target)
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
 * name, so that a full disk changes nothing; should moving one of them fail all the same, what was there before
 * is put back. Throws as `writeOutputFile` does, naming the file.
 */
export async function writeOutputFiles(
  files: readonly OutputFile[],
  { force = false }: Pick<OutputOptions, 'force'> = {},
): Promise<void> {
  const staged: StagedFile[] = []
  const moved: StagedFile[] = []
  try {
    const stages = files.map((file) => naming(file.path, () => stage(file, { force, staged })))
    // All have to be over before anything is cleaned up.
    const failed = (await Promise.allSettled(stages)).find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    for (const one of staged) {
      const { path, target, temporary } = one
      await naming(path, () => (force ? rename(temporary, target) : moveToNewName(temporary, target)))
      moved.push(one)
    }
  } catch (error) {
    for (const { target, old } of moved)
      await (old === undefined ? rm(target, { force: true }) : rename(old, target))
    throw error
  } finally {
    const leftovers = staged.flatMap(({ temporary, old }) =>
      old === undefined ? [temporary] : [temporary, old],
    )
    await Promise.all(leftovers.map(discard))
  }
}

interface Staging {
  readonly force: boolean
  /** Gets the file before anything of it is on disk. */
  readonly staged: StagedFile[]
}

/** Writes a file under a temporary name, and gives the one that is there a second name. */
async function stage(file: OutputFile, { force, staged }: Staging): Promise<void> {
  const target = force ? await replaceable(file.path) : file.path
  const old = force && (await exists(target)) ? temporaryName(target) : undefined
  const temporary = temporaryName(target)
  staged.push({ ...file, target, temporary, ...(old && { old }) })
  await sweep(target)
  await writeSynced(temporary, file.content, file.mode)
  if (old !== undefined) await keep(target, old)
}

interface StagedFile extends OutputFile {
  readonly target: string
  readonly temporary: string
  /** Another name of the file that is there, until all is done. */
  readonly old?: string
}

/** A second name for a file; a copy where the file system has no links. */
async function keep(path: string, name: string): Promise<void> {
  try {
    await link(path, name)
  } catch (error) {
    if (!WITHOUT_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    await copyFile(path, name, constants.COPYFILE_EXCL)
  }
}

/** A write takes moments: what is this old was left behind by one that was killed. */
const STALE_MS = 60 * 60 * 1000

/** Removes temporary files of earlier writes to a path, which nobody will finish. Never fails. */
async function sweep(path: string): Promise<void> {
  const start = `.${basename(path)}.`
  const names = await readdir(dirname(path)).catch(() => [])
  for (const name of names) {
    if (!name.startsWith(start) || !/^[0-9a-f]{12}$/.test(name.slice(start.length))) continue
    const stale = join(dirname(path), name)
    const found = await lstat(stale).catch(() => undefined)
    if (found?.isFile() === true && systemClock() - found.mtimeMs > STALE_MS) await discard(stale)
  }
}

/** Throws `CLI_OUTPUT_EXISTS` for a path where something is: before work that would be in vain. */
export async function assertFree(path: string): Promise<void> {
  if (await exists(path)) throw new Fault('CLI_OUTPUT_EXISTS', { why: visible(path) })
}

/**
 * Where a file with that name really is: behind symbolic links, so that they stay. Throws `CLI_OUTPUT` for a
 * device or pipe: moving a file over `/dev/null` would take it from everybody.
 */
async function replaceable(path: string): Promise<string> {
  if (!(await exists(path))) return path
  const target = await realpath(path)
  const found = await stat(target)
  if (found.isFile() || found.isDirectory()) return target
  throw new Fault('CLI_OUTPUT', {
    why: `${visible(path)}: it is no ordinary file`,
    hint: 'use - for standard output',
  })
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
  if (code === 'EEXIST') return new Fault('CLI_OUTPUT_EXISTS', { why: visible(path) })
  return new Fault('CLI_OUTPUT', { why: visible(`${path}: ${REASONS[code] ?? error.message}`), cause: error })
}
