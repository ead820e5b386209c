/** Configuration text → checked `Config`: V2Ray JSON with comments, its old spellings and Xray's (config §1 to §5). */
import { Fault } from '../faults/fault.js'
import type { Config } from './config.js'
import { type ConfigIssue, formatIssue, locateIssue } from './issue.js'
import type { Environment } from './place.js'
import { readText } from './read-text.js'
import { judgeToRun } from './rules/table.js'

export interface CheckOptions {
  /** Where `env:NAME` is looked up. Nothing is set when this is left out. */
  readonly environment?: Environment
}

export interface ParseOptions extends CheckOptions {
  /** Name of the text in messages. */
  readonly file: string
}

/**
 * What came of reading a text. `issues` holds the complaints in file order, warnings included; with an
 * error among them there is no configuration. Of more than a hundred the last one says how many are left
 * out; `errors` counts all. `at` tells text that is no JSON from JSON that is not usable.
 */
export type ConfigCheck =
  | { readonly ok: true; readonly config: Config; readonly issues: readonly ConfigIssue[] }
  | {
      readonly ok: false
      readonly at: 'syntax' | 'content'
      readonly errors: number
      readonly issues: readonly ConfigIssue[]
    }

export interface ParsedConfig {
  readonly config: Config
  readonly warnings: readonly ConfigIssue[]
}

/** How many problems a fault's text lists. */
const MAX_LISTED = 20

/** Reads a text and tells everything that keeps this program from running it. Never throws for bad input. */
export function checkConfig(text: string, options: CheckOptions = {}): ConfigCheck {
  const { environment = {} } = options
  const { source, at, config } = readText(text, { environment, judge: judgeToRun })
  const issues = source.issues()
  const errors = source.count('error')
  if (config !== undefined && errors === 0) return { ok: true, config, issues }
  return { ok: false, at, errors, issues }
}

/**
 * Reads a text that has to be usable. Throws `CONFIG_SYNTAX` or `CONFIG_INVALID`, whose `why` lists the
 * problems one per line as `file:line:column path: message`, and whose context holds the first one.
 */
export function parseConfig(text: string, options: ParseOptions): ParsedConfig {
  const result = checkConfig(text, options)
  assertConfig(result, options.file)
  return { config: result.config, warnings: result.issues }
}

/** Throws what `parseConfig` throws when the check did not give a configuration. */
export function assertConfig(
  result: ConfigCheck,
  file: string,
): asserts result is Extract<ConfigCheck, { ok: true }> {
  if (result.ok) return
  const errors = result.issues.filter((issue) => issue.severity === 'error')
  const first = errors[0] as ConfigIssue
  throw new Fault(result.at === 'syntax' ? 'CONFIG_SYNTAX' : 'CONFIG_INVALID', {
    why: result.errors === 1 ? locateIssue(first, file) : listIssues(errors, { file, total: result.errors }),
    context: { file, line: first.line, column: first.column, path: first.path, problems: result.errors },
    ...(result.errors > 1 || first.hint === undefined ? {} : { hint: first.hint }),
  })
}

function listIssues(
  issues: readonly ConfigIssue[],
  { file, total }: { readonly file: string; readonly total: number },
): string {
  const lines = issues.slice(0, MAX_LISTED).map((issue) => formatIssue(issue, file))
  const rest = total - lines.length
  return [`${total} problems`, ...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n')
}
