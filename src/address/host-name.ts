/** Which texts may stand where a host name is expected. */

const LONGEST_HOST_BYTES = 255
/**
 * Controls, space, line separators, what reorders or hides its neighbours, and whatever would end a host
 * inside a URL, a header or a C string.
 */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp} "#%/:<>?@[\\\]^`{|}\ufffd]/u

/**
 * Whether a text can be looked up as a host name: 1 to 255 bytes and none of the characters that would
 * make the resolver, a log line or a URL see another name. International names pass as they are.
 */
export function isHostName(text: string): boolean {
  return text.length > 0 && Buffer.byteLength(text) <= LONGEST_HOST_BYTES && !FORBIDDEN.test(text)
}
