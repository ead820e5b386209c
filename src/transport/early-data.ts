/**
 * The first bytes of a stream inside the upgrade request (protocol §9.3): base64url without padding, in a
 * header or behind the path.
 */

/** The header that Xray, sing-box and mihomo use, and that every server of theirs looks at. */
export const EARLY_HEADER = 'Sec-WebSocket-Protocol'

/** Both alphabets, with or without padding: Xray's clients and v5's differ. */
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/

export function encodeEarly(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/** Undefined for text that is no base64. */
export function decodeEarly(text: string): Uint8Array | undefined {
  const digits = text.replace(/=+$/, '').length
  // One digit of four says nothing.
  if (!BASE64.test(text) || digits % 4 === 1) return undefined
  return Buffer.from(text, 'base64url')
}
