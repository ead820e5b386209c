/** Configuration files for a newer or another program, with a report of every field that changed. */
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { checkText } from '../config/check-text.js'
import { type Change, migrateText } from '../config/migrate/migrate-text.js'
import { TARGET_NAMES } from '../config/rules/rule.js'
import { Fault } from '../faults/fault.js'
import { writeOutputFile } from './output-file.js'
import type { MigrationTarget } from './targets.js'
import { readText } from './text-input.js'
import { visible } from '../text/visible.js'

export type { MigrationTarget } from './targets.js'

export interface MigrateOptions {
  /** Paths of V2Ray or Xray files; `-` is the stream. */
  readonly files: readonly string[]
  readonly stdin: AsyncIterable<Uint8Array>
  readonly target: MigrationTarget
}

export interface MigratedFile {
  readonly file: string
  readonly text: string
  readonly changes: readonly Change[]
}

/** Rewrites each file. Throws `CLI_USAGE`, `CLI_FILE` and CONFIG faults. */
export async function migrateFiles({
  files,
  stdin,
  target,
}: MigrateOptions): Promise<readonly MigratedFile[]> {
  if (files.filter((file) => file === '-').length > 1) {
    throw new Fault('CLI_USAGE', { why: 'standard input can be read once: more than one file is -' })
  }
  const migrated = []
  for (const path of files) {
    const file = path === '-' ? 'standard input' : path
    migrated.push({ file, ...(await migrateOne(await readText(path, { stdin }), target, file)) })
  }
  return migrated
}

async function migrateOne(
  given: string,
  target: MigrationTarget,
  file: string,
): Promise<Pick<MigratedFile, 'text' | 'changes'>> {
  if (target !== 'sing-box' && target !== 'mihomo') {
    const { text, changes, errors } = migrateText(given, target, file)
    const left = errors.map(({ path, message }): Change => ({ path, effect: 'lost', what: message }))
    return { text, changes: [...changes, ...left] }
  }
  // Today's form first: the readers of dialects know no older one.
  const { text: modern, changes } = migrateText(given, 'v2ray5', file)
  return { text: await writeElsewhere(modern, target), changes: [...changes, ...missedBy(modern, target)] }
}

/** What the other program has no place for. */
function missedBy(text: string, target: MigrationTarget): Change[] {
  return checkText(text, { file: '', target })
    .filter(({ rule }) => rule.startsWith('VM-T'))
    .map(({ path, severity, message }) => ({
      path,
      effect: severity === 'error' ? 'lost' : 'removed',
      what: message,
    }))
}

/** A server file when it lets users in, else the nodes of a client. */
async function writeElsewhere(text: string, target: 'sing-box' | 'mihomo'): Promise<string> {
  const { readServers } = await import('../dialects/server-reader.js')
  const { servers } = readServers(JSON.parse(text))
  const [first, second] = servers
  if (first !== undefined && first.server.users.length > 0) {
    if (second !== undefined) {
      const why = `${servers.length} vmess inbounds, of which one is written to a file for ${TARGET_NAMES[target]}`
      throw new Fault('CONFIG_NOT_CARRIED', { why })
    }
    const { writeServer } = await import('../dialects/server-writer.js')
    const document = writeServer(first.server, target)
    if (target === 'sing-box') return `${JSON.stringify(document, null, 2)}\n`
    const { formatYaml } = await import('../dialects/yaml-text.js')
    return formatYaml(document)
  }
  const { convertText } = await import('./convert.js')
  return (await convertText(text, { to: target, lossy: true })).text
}

/** Throws `CONFIG_NOT_CARRIED` when something is lost and that was not asked for. */
export function assertCarried(files: readonly MigratedFile[], lossy: boolean): void {
  const lost = files.flatMap(({ file, changes }) =>
    changes
      .filter(({ effect }) => effect === 'lost')
      .map(({ path, what }) => visible(`${file} ${path}: ${what}`)),
  )
  if (lost.length === 0 || lossy) return
  const first = lost[0] as string
  throw new Fault('CONFIG_NOT_CARRIED', {
    why: lost.length === 1 ? first : [`${lost.length} fields`, ...lost].join('\n'),
  })
}

/**
 * Writes one file to a path, several into a folder under their own names; all with mode 0600. Throws
 * `CLI_OUTPUT`, and `CLI_OUTPUT_EXISTS` without `force`.
 */
export async function writeMigrated(
  files: readonly MigratedFile[],
  output: string,
  force: boolean,
): Promise<readonly string[]> {
  const isFolder = await stat(output).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (files.length > 1 && !isFolder) {
    throw new Fault('CLI_USAGE', { why: `several files go into a folder, and ${visible(output)} is none` })
  }
  const paths = files.map(({ file }) => (isFolder ? join(output, nameOf(file)) : output))
  for (const [i, { text }] of files.entries()) {
    await writeOutputFile(paths[i] as string, text, { mode: 0o600, force })
  }
  return paths
}

function nameOf(file: string): string {
  return file === 'standard input' ? 'config.json' : basename(file)
}
