/** What files and streams hold; texts are UTF-8, a byte order mark dropped, of a size that a person might write. */
import { access, open } from 'node:fs/promises'
import { Fault } from '../faults/fault.js'
import { visible } from '../text/visible.js'

const MIB = 1024 * 1024

export interface TextLimits {
  /** 8 MiB unless given. */
  readonly maxBytes?: number
}

export interface TextOptions extends TextLimits {
  /** Leave a byte order mark in the text, for those who have something to say about it. */
  readonly keepMark?: boolean
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of the path is no directory',
}

/** The text of a file. Throws `CLI_FILE`, or `CLI_FILE_SIZE` above the limit. */
export async function readTextFile(path: string, options: TextOptions = {}): Promise<string> {
  return decodeText(await readFileBytes(path, options), path, options)
}

/** The bytes of a file. Throws `CLI_FILE`, or `CLI_FILE_SIZE` above the limit. */
export async function readFileBytes(path: string, limits?: TextLimits): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    return await readStreamBytes(file.createReadStream(), path, limits)
  } catch (error) {
    throw asFileFault(error, path)
  }
}

/** All of a stream as text; `name` stands for it in faults. Throws `CLI_FILE` and `CLI_FILE_SIZE`. */
export async function readTextStream(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  options: TextOptions = {},
): Promise<string> {
  return decodeText(await readStreamBytes(stream, name, options), name, options)
}

/** All of a stream; `name` stands for it in faults. Throws `CLI_FILE_SIZE`. */
export async function readStreamBytes(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  { maxBytes = 8 * MIB }: TextLimits = {},
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of stream) {
    size += part.length
    if (size > maxBytes)
      throw new Fault('CLI_FILE_SIZE', { why: `${visible(name)} has more than ${maxBytes / MIB} MiB` })
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** A file, or the stream for `-`. Throws `CLI_FILE` and `CLI_FILE_SIZE`. */
export async function readText(
  path: string,
  { stdin, ...options }: TextOptions & { readonly stdin: AsyncIterable<Uint8Array> },
): Promise<string> {
  return path === '-' ? readTextStream(stdin, 'standard input', options) : readTextFile(path, options)
}

/** Other encodings and other kinds of file, by name. */
function assertText(bytes: Uint8Array, name: string): void {
  const [first, second] = bytes
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  const hint = 'save it as UTF-8'
  if (isMarked) throw new Fault('CLI_FILE', { why: `${visible(name)} is UTF-16 text, not UTF-8`, hint })
  if (bytes.subarray(0, MOST_LOOKED_AT).indexOf(0) < 0) return
  if (bytes.length > 3 && (first === 0 || second === 0)) {
    throw new Fault('CLI_FILE', { why: `${visible(name)} looks like UTF-16 text, not UTF-8`, hint })
  }
  throw new Fault('CLI_FILE', { why: `${visible(name)} is a binary file, not text` })
}

/** Binary files have a zero byte early. */
const MOST_LOOKED_AT = 64 * 1024

/** Throws `CLI_FILE` for what is no UTF-8; a byte order mark is dropped unless it is to stay. */
export function decodeText(
  bytes: Uint8Array,
  name: string,
  { keepMark = false }: Pick<TextOptions, 'keepMark'> = {},
): string {
  assertText(bytes, name)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepMark }).decode(bytes)
  } catch (cause) {
    throw new Fault('CLI_FILE', { why: `${visible(name)} is no UTF-8 text`, cause })
  }
}

/** Errors of the file system as faults; whatever else was thrown stays what it is. */
function asFileFault(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  const { code = '' } = error as NodeJS.ErrnoException
  return new Fault('CLI_FILE', { why: visible(`${path}: ${REASONS[code] ?? error.message}`), cause: error })
}

/** Whether something has that path, whatever it is. */
export async function fileExists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
