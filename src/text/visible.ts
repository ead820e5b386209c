/** Text from others, made safe to show: nothing moves the cursor, reorders a line or begins another. */

/** Controls, format characters, line and paragraph separators, and halves of surrogate pairs. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** One line in which what cannot be seen is spelt: `\x1b`, `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) as number
    const digits = code.toString(16)
    return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`
  })
}
