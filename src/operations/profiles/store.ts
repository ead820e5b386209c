/** The file that holds profiles and subscriptions: read whole, changed by one program at a time. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, isFault } from '../../faults/fault.js'
import { writeOutputFile } from '../output-file.js'
import { readTextFile } from '../text-input.js'
import { StoreDocument } from './document.js'
import { visible } from '../../text/visible.js'

const FILE = 'profiles.json'
/** Ids are passwords. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700
/** Ten thousand profiles are 6 MiB. */
const MAX_BYTES = 256 * 1024 * 1024
/** A lock that nobody has renewed for so long is that of a program that is gone. */
const STALE_MS = 5_000
/** With pauses of up to half a second: longer than it takes until a lock is stale. */
const ATTEMPTS = 40
const PAUSES = { factor: 1.3, minTimeout: 10, maxTimeout: 500, randomize: true }

/** What the store in a folder holds; nothing where there is none yet. Throws `PROFILE_STORE` and `CLI_FILE`. */
export async function readStore(folder: string): Promise<StoreDocument> {
  const path = join(folder, FILE)
  try {
    return new StoreDocument(await readTextFile(path, { maxBytes: MAX_BYTES }))
  } catch (error) {
    if (isFault(error, 'CLI_FILE') && isMissing(error.cause)) return new StoreDocument(undefined)
    if (!isFault(error, 'PROFILE_STORE')) throw error
    throw new Fault('PROFILE_STORE', { why: `${visible(path)}: ${error.why}`, cause: error.cause })
  }
}

export interface ChangeOptions {
  /** How often the lock is asked for again; about 15 seconds in all unless given. */
  readonly attempts?: number
}

/**
 * Changes the store while nobody else does. What `change` does to the document is written unless it
 * throws; readers see the old content or the new one. Throws `PROFILE_LOCKED`, `PROFILE_STORE`, `CLI_FILE`
 * and `CLI_OUTPUT`.
 */
export async function changeStore<T>(
  folder: string,
  change: (store: StoreDocument) => T,
  { attempts = ATTEMPTS }: ChangeOptions = {},
): Promise<T> {
  await makeFolder(folder)
  const path = join(folder, FILE)
  const lock = await takeLock(path, attempts)
  try {
    const store = await readStore(folder)
    const result = change(store)
    const text = store.toText()
    lock.assertHeld()
    await writeOutputFile(path, text, { mode: FILE_MODE, force: true })
    return result
  } finally {
    await lock.release()
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Fault('CLI_OUTPUT', { why: `${visible(folder)}: ${why}`, cause })
  }
}

interface Lock {
  assertHeld(): void
  release(): Promise<void>
}

async function takeLock(path: string, attempts: number): Promise<Lock> {
  const { default: lockfile } = await import('proper-lockfile')
  let lost: Error | undefined
  const options = {
    realpath: false,
    stale: STALE_MS,
    update: STALE_MS / 2,
    retries: { ...PAUSES, retries: attempts },
    onCompromised: (error: Error): void => {
      lost = error
    },
  }
  const release = await lockfile.lock(path, options).catch((cause: unknown) => {
    throw lockFault(path, cause)
  })
  return {
    assertHeld() {
      if (lost !== undefined) throw lockFault(path, lost)
    },
    async release() {
      // A lock that was lost is another's by now.
      if (lost === undefined) await release()
    },
  }
}

function lockFault(path: string, cause: unknown): Fault {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ELOCKED' || code === 'ECOMPROMISED') {
    return new Fault('PROFILE_LOCKED', { why: `${visible(path)}.lock is there`, cause })
  }
  return new Fault('CLI_OUTPUT', { why: visible(`${path}: ${message}`), cause })
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code === 'ENOENT'
}
