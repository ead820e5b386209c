/** Configurations as texts: shown, tidied, described. */
import { parseUserId } from '../account/uuid.js'
import { canonical, modernLists } from '../config/canonical.js'
import { formatConfigText } from '../config/format-text.js'
import { CONFIG_SCHEMA } from '../config/schema/schema.js'
import type { SchemaNode } from '../config/schema/node.js'
import { parseSyntax } from '../config/syntax.js'
import { assertConfig, checkConfig } from '../config/v2ray-json.js'
import { getNodeValue } from '../config/node-value.js'
import { isFault } from '../faults/fault.js'
import type { ConfigSources } from './config-input.js'
import { writeOutputFile } from './output-file.js'
import { readTextFile, readTextStream } from './text-input.js'

export interface ShownConfig {
  /** Plain data, ready to be printed as JSON. */
  readonly config: object
  /** How many ids, passwords and keys are masked. */
  readonly masked: number
}

export interface ShowOptions extends ConfigSources {
  /** Fill in what the file does not say. */
  readonly defaults?: boolean
  /** Ids, passwords and keys as they are. */
  readonly showSecrets?: boolean
}

/** The JSON Schema (draft-07) of configurations, for editors. */
export function configSchema(): SchemaNode {
  return CONFIG_SCHEMA
}

/**
 * A configuration in today's spelling: keys and order of the schema, the lists of today, no comments and no
 * nulls. Secrets are masked. Throws what `loadConfig` throws.
 */
export async function showConfig(path: string, options: ShowOptions): Promise<ShownConfig> {
  const { text, file } = await readConfigText(path, options)
  const { environment, defaults = false, showSecrets = false } = options
  assertConfig(checkConfig(text, { environment }), file)
  const parsed = parseSyntax(text)
  const value = parsed.ok ? getNodeValue(parsed.root) : {}
  const root = canonical(value ?? {}, CONFIG_SCHEMA, {})
  const whole = canonical(modernLists(root as Readonly<Record<string, unknown>>), CONFIG_SCHEMA, { defaults })
  if (showSecrets) return { config: whole as object, masked: 0 }
  const mask = new Mask()
  return { config: mask.apply(whole, '') as object, masked: mask.count }
}

/** The text of a file, or of the stream for `-`, and what to call it. */
export async function readConfigText(
  path: string,
  { stdin }: Pick<ConfigSources, 'stdin'>,
): Promise<{ readonly text: string; readonly file: string }> {
  const file = path === '-' ? 'standard input' : path
  return { file, text: path === '-' ? await readTextStream(stdin, file) : await readTextFile(path) }
}

export interface FormattedConfig {
  readonly text: string
  /** Whether the file was like this already. */
  readonly same: boolean
}

/** A configuration tidied, with its comments. Throws `CLI_FILE`, `CLI_FILE_SIZE` and `CONFIG_SYNTAX`. */
export async function formatConfig(
  path: string,
  sources: Pick<ConfigSources, 'stdin'>,
): Promise<FormattedConfig> {
  const { text, file } = await readConfigText(path, sources)
  const formatted = formatConfigText(text, file)
  return { text: formatted, same: formatted === text }
}

/** Puts a text in place of a file, with the permissions that the file has. Throws `CLI_OUTPUT`. */
export async function replaceConfig(path: string, text: string): Promise<void> {
  const { stat } = await import('node:fs/promises')
  const { mode } = await stat(path)
  await writeOutputFile(path, text, { mode: mode & 0o777, force: true })
}

/** Ids keep four digits, so that they can be told apart. */
class Mask {
  count = 0

  apply(value: unknown, key: string): unknown {
    if (Array.isArray(value)) {
      if (isKeyLines(key, value)) return this.#hide('****')
      return value.map((item) => this.apply(item, key))
    }
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).map(([name, member]) => [name, this.apply(member, name)])
      return Object.fromEntries(entries)
    }
    if (typeof value !== 'string') return value
    if (key === 'id' || key === 'uuid') return this.#hide(maskId(value))
    return key === 'pass' || key === 'seed' ? this.#hide('****') : value
  }

  #hide(shown: string): string {
    this.count++
    return shown
  }
}

function isKeyLines(key: string, lines: readonly unknown[]): boolean {
  return key === 'key' && lines.length > 0
}

/** A UUID keeps its first digits; a name that stands for one would be given away by them. */
function maskId(id: string): string {
  try {
    return parseUserId(id).mapped ? '****' : `${id.slice(0, 4)}****`
  } catch (error) {
    if (isFault(error, 'VMESS_ID')) return '****'
    throw error
  }
}
