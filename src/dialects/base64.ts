const ALPHABET = /^[A-Za-z0-9+/]*$/
/** White space and zero-width characters that wrapping and copying leave behind. */
const NOISE = /[\s\u200B-\u200D\u2060\uFEFF]+/g

/** What is looked at in one go: millions of matches in one text would fill the memory. */
const SLICE = 64 * 1024

function withoutNoise(text: string): string {
  const parts: string[] = []
  for (let at = 0; at < text.length; at += SLICE) parts.push(text.slice(at, at + SLICE).replace(NOISE, ''))
  return parts.join('')
}

/**
 * Bytes of base64 in either alphabet, padded or not, wrapped or not, with `%3D` and the like (share-formats
 * §13.1). Undefined for anything else.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const padded = withoutNoise(text.replace(/%(2B|2F|3D)/gi, (encoded) => decodeURIComponent(encoded)))
    .replaceAll('-', '+')
    .replaceAll('_', '/')
  let end = padded.length
  while (padded[end - 1] === '=') end--
  const plain = padded.slice(0, end)
  if (plain === '' || plain.length % 4 === 1 || !ALPHABET.test(plain)) return undefined
  return Uint8Array.from(Buffer.from(plain, 'base64'))
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
