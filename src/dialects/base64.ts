/** White space and zero-width characters that wrapping and copying leave behind. */
const NOISE = /[\s\u200B-\u200D\u2060\uFEFF]/
const ESCAPED = /%(2B|2F|3D)/gi
const PADDING = 0x3d

/** What a character of ASCII means: itself in the standard alphabet, `SKIP`, or 0 for what is no base64. */
const SKIP = 1
const MEANING = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (NOISE.test(character)) return SKIP
  if (character === '-') return 0x2b
  if (character === '_') return 0x2f
  return /[A-Za-z0-9+/=]/.test(character) ? code : 0
})

/**
 * Bytes of base64 in either alphabet, padded or not, wrapped or not, with `%3D` and the like (share-formats
 * §13.1). Undefined for anything else.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const plain = plainBase64(text.replace(ESCAPED, (encoded) => decodeURIComponent(encoded)))
  if (plain === undefined || plain === '' || plain.length % 4 === 1) return undefined
  return Uint8Array.from(Buffer.from(plain, 'base64'))
}

/**
 * Without noise and padding, in the standard alphabet; undefined for what is no base64. Character by character:
 * an expression that finds millions of line ends in a long text fills the memory.
 */
function plainBase64(text: string): string | undefined {
  const plain = Buffer.allocUnsafe(text.length)
  let length = 0
  let padded = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const meaning = code < MEANING.length ? MEANING[code] : NOISE.test(text.charAt(at)) ? SKIP : 0
    if (meaning === SKIP) continue
    if (meaning === undefined || meaning === 0 || (padded && meaning !== PADDING)) return undefined
    if (meaning === PADDING) padded = true
    else plain[length++] = meaning
  }
  return plain.subarray(0, length).toString('latin1')
}

/** The UTF-8 text that base64 stands for, without a byte order mark. Undefined if it is not such text. */
export function decodeBase64Text(text: string): string | undefined {
  const bytes = decodeBase64(text)
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** Standard alphabet, padded, one line. */
export function encodeBase64Text(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
