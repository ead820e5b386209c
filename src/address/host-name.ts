/** Which texts may stand where a host name is expected. */

const LONGEST_HOST_BYTES = 255
/** Controls, space and whatever would end a host inside a URL, a header or a C string. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[\u0000-\u0020\u007f"#%/:<>?@[\\\]^`{|}\ufffd]/

/**
 * Whether a text can be looked up as a host name: 1 to 255 bytes and none of the characters that would
 * make the resolver, a log line or a URL see another name. International names pass as they are.
 */
export function isHostName(text: string): boolean {
  return text.length > 0 && Buffer.byteLength(text) <= LONGEST_HOST_BYTES && !FORBIDDEN.test(text)
}
