/** One thing that is wrong, or probably not meant, in a configuration file. */
export interface ConfigIssue {
  readonly severity: 'error' | 'warning'
  /** JSON pointer (RFC 6901), keys as the file writes them; empty for the whole file. */
  readonly path: string
  /** Both from 1, in the file as it stands, counted in UTF-16 units as editors do. */
  readonly line: number
  readonly column: number
  /** Lower case, no full stop, never an id or a password. */
  readonly message: string
  readonly hint?: string
}

/** Where and what, without the hint: `server.json:14:22 /inbounds/0/port: must be …`. */
export function locateIssue(issue: ConfigIssue, file: string): string {
  const where = `${file}:${issue.line}:${issue.column}`
  return issue.path === '' ? `${where}: ${issue.message}` : `${where} ${issue.path}: ${issue.message}`
}

/** One line for people; the hint, if there is one, in brackets behind it. */
export function formatIssue(issue: ConfigIssue, file: string): string {
  const located = locateIssue(issue, file)
  return issue.hint === undefined ? located : `${located} (${issue.hint})`
}
