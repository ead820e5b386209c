/** What files and streams hold; texts are UTF-8, a byte order mark dropped, of a size that a person might write. */
import { open } from 'node:fs/promises'
import { Fault } from '../faults/fault.js'

const MIB = 1024 * 1024

export interface TextLimits {
  /** 8 MiB unless given. */
  readonly maxBytes?: number
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of the path is no directory',
}

/** The text of a file. Throws `CLI_FILE`, or `CLI_FILE_SIZE` above the limit. */
export async function readTextFile(path: string, limits?: TextLimits): Promise<string> {
  return decodeText(await readFileBytes(path, limits), path)
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
  limits?: TextLimits,
): Promise<string> {
  return decodeText(await readStreamBytes(stream, name, limits), name)
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
      throw new Fault('CLI_FILE_SIZE', { why: `${name} has more than ${maxBytes / MIB} MiB` })
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Throws `CLI_FILE` for what is no UTF-8; a byte order mark is dropped. */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Fault('CLI_FILE', { why: `${name} is no UTF-8 text`, cause })
  }
}

/** Errors of the file system as faults; whatever else was thrown stays what it is. */
function asFileFault(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  const { code = '' } = error as NodeJS.ErrnoException
  return new Fault('CLI_FILE', { why: `${path}: ${REASONS[code] ?? error.message}`, cause: error })
}
