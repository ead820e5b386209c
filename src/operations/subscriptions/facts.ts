/** What a subscription says of itself, in headers or in the first lines of its text (share-formats §6.2). */
import { decodeBase64Text } from '../../dialects/base64.js'
import { cleanName, displayText } from '../../dialects/display-text.js'

export interface SubscriptionFacts {
  /** Bytes; absent: not said, or without a limit. */
  readonly uploadBytes?: number
  readonly downloadBytes?: number
  readonly totalBytes?: number
  /** ISO 8601, UTC. */
  readonly expiresAt?: string
  /** What the provider calls it. */
  readonly title?: string
  /** How often it wants to be asked. */
  readonly intervalMs?: number
}

const HOUR_MS = 3_600_000
const MAX_HOURS = 24 * 365
/** Comments are looked for in so much of the text. */
const MAX_HEAD = 8_192
const COMMENT = /^\s*(?:#|\/\/|;)\s*(?<comment>\S.*)$/
const NAMED = /^(?<name>profile-title|profile-update-interval|subscription-userinfo)\s*:\s*(?<value>.*)$/i

export function readFacts(headers: Readonly<Record<string, string>>, text: string): SubscriptionFacts {
  const said = { ...commentsOf(text), ...headers }
  const title = titleOf(said['profile-title'] ?? fileNameOf(said['content-disposition']))
  const hours = Number(said['profile-update-interval'])
  return {
    ...usageOf(said['subscription-userinfo']),
    ...(title !== '' && { title }),
    ...(hours > 0 && hours <= MAX_HOURS && { intervalMs: Math.round(hours * HOUR_MS) }),
  }
}

/** The same names that the headers have. */
function commentsOf(text: string): Record<string, string> {
  const head = text.slice(0, MAX_HEAD)
  const plain =
    head.includes('://') || head.includes('#') ? head : (decodeBase64Text(text)?.slice(0, MAX_HEAD) ?? head)
  const found: Record<string, string> = {}
  for (const line of plain.split(/\r?\n/)) {
    const comment = COMMENT.exec(line)?.groups?.comment
    if (comment === undefined) continue
    const { name, value } = NAMED.exec(comment)?.groups ?? {}
    if (name !== undefined && value !== undefined) found[name.toLowerCase()] = value
    else if (/\b(upload|download|total|expire)\s*=/i.test(comment)) found['subscription-userinfo'] = comment
  }
  return found
}

function usageOf(text = ''): Omit<SubscriptionFacts, 'title' | 'intervalMs'> {
  const numbers = new Map(
    [...text.matchAll(/\b(upload|download|total|expire)\s*=\s*(\d+(?:\.\d+)?(?:e\d+)?)/gi)].map(
      ([, key = '', value = '']) => [key.toLowerCase(), Number(value)],
    ),
  )
  const bytes = (key: string): number | undefined => {
    const value = numbers.get(key)
    return value !== undefined && Number.isFinite(value) ? Math.round(value) : undefined
  }
  const [uploadBytes, downloadBytes, totalBytes] = ['upload', 'download', 'total'].map(bytes)
  const expire = numbers.get('expire') ?? 0
  const expires = new Date(expire * 1_000)
  return {
    ...(uploadBytes !== undefined && { uploadBytes }),
    ...(downloadBytes !== undefined && { downloadBytes }),
    ...(totalBytes !== undefined && totalBytes > 0 && { totalBytes }),
    ...(expire > 0 && !Number.isNaN(expires.getTime()) && { expiresAt: expires.toISOString() }),
  }
}

function titleOf(text = ''): string {
  const encoded = /^base64:(.*)$/i.exec(text.trim())?.[1]
  const title = encoded === undefined ? text : (decodeBase64Text(encoded) ?? '')
  return displayText(cleanName(title))
}

function fileNameOf(disposition = ''): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  if (encoded !== undefined) {
    try {
      return decodeURIComponent(encoded)
    } catch {
      return undefined
    }
  }
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1]
}
