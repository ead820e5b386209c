/** Text from links, made safe to show and to pass on. */

/** C0, DEL, C1, line and paragraph separators, lone surrogates. */
const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]/gu
/** Characters that reorder or hide what stands beside them. The zero-width joiner stays: emoji need it. */
const INVISIBLE = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu
const MAX_SHOWN = 200

/** One line without anything that moves the cursor, changes colours or reorders text. At most 200 characters. */
export function displayText(text: string): string {
  const clean = text.replace(CONTROL, '\uFFFD').replace(INVISIBLE, '')
  return clean.length > MAX_SHOWN ? `${[...clean].slice(0, MAX_SHOWN - 1).join('')}…` : clean
}

/** A name as a link may carry it: one line, whole characters. */
export function cleanName(text: string): string {
  return text.replace(CONTROL, ' ').replace(/ +/g, ' ').trim()
}

/** A short quotation of a field for a message. */
export function quoteText(text: string): string {
  return `"${displayText(text.length > 40 ? `${text.slice(0, 40)}…` : text)}"`
}
