/** Names as the line formats of apps take them (share-formats §13.2). */

/** What separates the parts of a line. */
const SEPARATORS = /[=,"]/g
/** Beginnings that make a comment, a section or a reference of the line. */
const SPECIAL_START = /^[\s#;/[@*{-]+/

/** The nearest name without separators; `node` when nothing is left. */
export function lineName(name: string): string {
  const plain = name.replace(SEPARATORS, ' ').replace(/ +/g, ' ').replace(SPECIAL_START, '').trim()
  return plain === '' ? 'node' : plain
}
