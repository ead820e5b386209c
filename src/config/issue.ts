import type { Severity } from './rules/rule.js'
import type { RuleId } from './rules/table.js'
import { visible } from '../text/visible.js'

/** Text to put in the place of other text; offsets count in the file without its byte order mark. */
export interface Edit {
  readonly offset: number
  readonly length: number
  readonly text: string
}

/** One thing that is wrong, or probably not meant, in a configuration file. */
export interface ConfigIssue {
  /** The rule that is broken; `docs/reference/rules.md` has all. */
  readonly rule: RuleId
  readonly severity: Severity
  /** JSON pointer (RFC 6901), keys as the file writes them; empty for the whole file. */
  readonly path: string
  /** Both from 1, in the file as it stands, counted in UTF-16 units as editors do. */
  readonly line: number
  readonly column: number
  /** Where it begins in the text, and how long it is: for carets and editors. */
  readonly offset: number
  readonly length: number
  /** Lower case, no full stop, never an id or a password. */
  readonly message: string
  readonly hint?: string
  /** What mends it without changing what the file means to V2Ray. */
  readonly fix?: readonly Edit[]
}

/** Where and what, without the hint: `server.json:14:22 /inbounds/0/port: must be …`. */
export function locateIssue(issue: ConfigIssue, file: string): string {
  const where = `${visible(file)}:${issue.line}:${issue.column}`
  return issue.path === '' ? `${where}: ${issue.message}` : `${where} ${issue.path}: ${issue.message}`
}

/** One line for people; the hint, if there is one, in brackets behind it. */
export function formatIssue(issue: ConfigIssue, file: string): string {
  const located = locateIssue(issue, file)
  return issue.hint === undefined ? located : `${located} (${issue.hint})`
}
