/** Where a user id may come from, in an order that keeps it out of process lists where possible. */
import { stat } from 'node:fs/promises'
import { platform } from 'node:os'
import { parseUserId } from '../account/uuid.js'
import { Fault } from '../faults/fault.js'
import { readTextFile, readTextStream } from './text-input.js'

export interface CredentialSources {
  /** On the command line, where `ps` and the shell history show it. */
  readonly id?: string | undefined
  /** A file that holds nothing else; `-` is the stream. */
  readonly file?: string | undefined
  /** From the environment. */
  readonly environment?: string | undefined
  readonly stdin: AsyncIterable<Uint8Array>
}

export interface Credential {
  readonly id: string
  /** Something about the place it came from that its owner should change. */
  readonly warning?: string
}

/** Hex digits in a text that nobody would choose for a name: among others, and with nothing but dashes. */
const MANY_DIGITS = 20
const SOME_DIGITS = 8

const GROUP_AND_OTHERS_READ = 0o044

/**
 * The first of flag, file and environment that is there, or undefined. Throws `CLI_FILE` for a file that
 * cannot be read. What the text is worth is for whoever uses it to check.
 */
export async function readCredential(sources: CredentialSources): Promise<Credential | undefined> {
  const { id, file, environment, stdin } = sources
  if (id !== undefined) return { id }
  if (file === '-') return { id: oneLine(await readTextStream(stdin, 'standard input'), 'standard input') }
  if (file !== undefined) {
    const text = oneLine(await readTextFile(file), file)
    if (!(await othersCanRead(file))) return { id: text }
    return { id: text, warning: `others can read ${file}; run: chmod 600 ${file}` }
  }
  return environment === undefined || environment === '' ? undefined : { id: environment }
}

export interface JudgedCredential {
  /** Absent: no source has one. */
  readonly id?: string
  /** What its owner should know, one line each. */
  readonly remarks: readonly string[]
}

/** The first credential that is there, with what is to be said about it. Throws `CLI_FILE` and `VMESS_ID`. */
export async function readJudgedCredential(sources: CredentialSources): Promise<JudgedCredential> {
  const credential = await readCredential(sources)
  if (credential === undefined) return { remarks: [] }
  const remarks = [credential.warning, remarkOnId(credential.id)]
  return { id: credential.id, remarks: remarks.filter((remark) => remark !== undefined) }
}

/**
 * What the owner of an id should know about it: that it is a name, which stands for a UUID. Throws
 * `VMESS_ID` for what is no id, and for a name that looks like a UUID with a slip in it: mapped silently,
 * it would be an id that no client has.
 */
export function remarkOnId(id: string): string | undefined {
  if (!parseUserId(id).mapped) return undefined
  const digits = id.replace(/[^0-9a-f]/gi, '').length
  if (digits >= MANY_DIGITS || (digits >= SOME_DIGITS && /^[0-9a-f-]+$/i.test(id))) {
    throw new Fault('VMESS_ID', {
      why: `it looks like a UUID and has ${digits} hex digits where there should be 32`,
      hint: 'give 32 hex digits, with or without dashes, or a name of 1 to 30 bytes; make one with: vmess uuid',
    })
  }
  return 'name mapped to a UUID, as Xray does and V2Ray does not; see: vmess uuid --from NAME'
}

function oneLine(text: string, name: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines.length === 1) return (lines[0] as string).trim()
  throw new Fault('CLI_FILE', {
    what: 'the file does not hold one id',
    why: `${name} has ${lines.length} lines that are not empty`,
    hint: 'make one with: umask 077; vmess uuid > FILE',
  })
}

async function othersCanRead(path: string): Promise<boolean> {
  const { mode } = await stat(path)
  // Windows has no such bits and reports them all as set.
  return platform() !== 'win32' && (mode & GROUP_AND_OTHERS_READ) !== 0
}
