/** Files that commands write: whole or not at all, never over an existing one unless that was asked for. */
import { randomBytes } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
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
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    await writeSynced(temporary, content, mode)
    if (force) await rename(temporary, path)
    else await moveToNewName(temporary, path)
  } catch (error) {
    throw asOutputFault(error, path)
  } finally {
    // After a rename there is nothing to remove; whatever else happened, the temporary name goes.
    await rm(temporary, { force: true })
  }
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
