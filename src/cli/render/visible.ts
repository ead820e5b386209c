/** Text from others, made safe to show: nothing moves the cursor, reorders a line or begins another. */

import { visible } from '../../text/visible.js'

export { visible }

/** Controls, format characters, line and paragraph separators, and halves of surrogate pairs. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** The same for a JSON document of one line, which stays the same document. */
export function visibleJson(json: string): string {
  return json.replace(INVISIBLE, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** The same for text of several lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n')
}

/** A JSON document on lines of its own. Names of others stand in it: what cannot be seen is spelt. */
export function jsonText(json: unknown): string {
  return JSON.stringify(json, null, 2).split('\n').map(visibleJson).join('\n')
}
