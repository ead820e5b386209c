const UUID = /\b([0-9a-f]{4})[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b/gi
const LINK = /\bvmess:\/\/[^\s'"]+/gi

/**
 * A text that may be logged or shown in an error: an id keeps its first four digits, a share link nothing.
 * Whoever reads an id can use it.
 */
export function maskSecrets(text: string): string {
  return text.replace(LINK, 'vmess://****').replace(UUID, '$1****')
}
