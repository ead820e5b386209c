/** Configuration files as the commands take them. */
import type { Config } from '../config/config.js'
import { formatIssue } from '../config/issue.js'
import { parseConfig } from '../config/v2ray-json.js'
import { readText } from './text-input.js'

export type { Config } from '../config/config.js'

export interface ConfigSources {
  /** Read when the path is `-`. */
  readonly stdin: AsyncIterable<Uint8Array>
  /** Where `env:NAME` in a file is looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface LoadedConfig {
  readonly config: Config
  /** One line each: `server.json:14:22 /inbounds/0/…: …`. */
  readonly warnings: readonly string[]
}

/**
 * A checked configuration from a file, or from the stream for `-`. Throws `CLI_FILE` and `CLI_FILE_SIZE`,
 * and CONFIG faults that name file, line, column and JSON path.
 */
export async function loadConfig(path: string, sources: ConfigSources): Promise<LoadedConfig> {
  const file = path === '-' ? 'standard input' : path
  return loadConfigText(await readText(path, sources), file, sources)
}

/** The same for a text; `file` stands for it in faults and warnings. */
export function loadConfigText(
  text: string,
  file: string,
  { environment }: Pick<ConfigSources, 'environment'>,
): LoadedConfig {
  const { config, warnings } = parseConfig(text, { file, environment })
  return { config, warnings: warnings.map((issue) => formatIssue(issue, file)) }
}
