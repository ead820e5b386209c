/** The line of a text that a complaint is about, short and without secrets. */
import type { ConfigIssue } from './issue.js'

export interface Excerpt {
  /** A part of the line, in which ids and passwords are stars. */
  readonly text: string
  /** Where the complaint begins in it, from 0, and how much of it is meant. */
  readonly column: number
  readonly length: number
}

/** Widest part of a line that is shown, and how much of it stands in front of the place. */
const WIDTH = 90
const BEFORE = 40

/** Keys whose values let somebody in. */
const SECRET_KEYS = 'id|uuid|pass|password|psk|seed|key|user|privateKey|shortId|secretKey|auth_str|token'
const SECRET_VALUE = new RegExp(`("(?:${SECRET_KEYS})"\\s*:\\s*")((?:[^"\\\\]|\\\\.)*)`, 'gi')
const ID = /\b([0-9a-f]{4})[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b/gi
/** A share link holds an id, and whatever else it is for. */
const LINK = /\b(vmess|vless|trojan|ss|ssr|tuic|hysteria2?):\/\/[^\s'"]+/gi
/** Lines of a key. */
const LONG_BASE64 = /[A-Za-z0-9+/_-]{32,}={0,2}/g

/** Ids, passwords and keys as stars; as long as before, so that columns stay. */
export function hideSecrets(line: string): string {
  return line
    .replace(LINK, (link, scheme: string) => `${scheme}://`.padEnd(link.length, '*'))
    .replace(SECRET_VALUE, (_, start: string, value: string) => start + '*'.repeat(value.length))
    .replace(ID, (id, start: string) => start + '*'.repeat(id.length - start.length))
    .replace(LONG_BASE64, (run) => '*'.repeat(run.length))
}

/** Where in a text, as issues say it. */
export type ExcerptPlace = Pick<ConfigIssue, 'offset' | 'column' | 'length'>

/** `text` without its byte order mark, as issues count in it. */
export function excerptOf(text: string, { offset, column, length }: ExcerptPlace): Excerpt {
  const start = offset - (column - 1)
  const newline = text.indexOf('\n', offset)
  const end = newline < 0 ? text.length : newline
  // Of a very long line only what is near, but enough to know the key in front of a value.
  const from = Math.max(start, offset - BEFORE * 10)
  const line = hideSecrets(text.slice(from, Math.min(end, offset + WIDTH * 10)).trimEnd())
  const at = offset - from
  const shownFrom = at > WIDTH - BEFORE ? at - BEFORE : 0
  const shown = line.slice(shownFrom, shownFrom + WIDTH)
  const indent = shown.length - shown.trimStart().length
  const cut = Math.min(indent, at - shownFrom)
  return {
    text: shown.slice(cut),
    column: at - shownFrom - cut,
    length: Math.max(1, Math.min(length, shown.length - (at - shownFrom))),
  }
}
