/** v2rayN links for QR codes, where every character makes the modules smaller (share-formats §13.3). */
import { decodeBase64Text, encodeBase64Text } from './base64.js'

const SCHEME = 'vmess://'
/** What readers expect to be there, whatever its value. */
const ALWAYS: ReadonlySet<string> = new Set(['v', 'ps', 'add', 'port', 'id', 'aid', 'net', 'type', 'tls'])
/** Values that a missing key stands for anyway. */
const UNSAID: Readonly<Record<string, string>> = { insecure: '0', scy: 'auto' }

/** One of our own v2rayN links without the optional keys that say nothing; any other text as it is. */
export function shortenV2raynLink(link: string): string {
  const text = link.startsWith(SCHEME) ? decodeBase64Text(link.slice(SCHEME.length)) : undefined
  if (text === undefined || !text.startsWith('{')) return link
  const keys = Object.entries(JSON.parse(text) as Record<string, unknown>)
  const kept = keys.filter(([key, value]) => ALWAYS.has(key) || (value !== '' && value !== UNSAID[key]))
  return `${SCHEME}${encodeBase64Text(JSON.stringify(Object.fromEntries(kept)))}`
}
