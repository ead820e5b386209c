/** Fetching a text by http or https, with limits on everything. */
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { asFault, Fault } from '../../faults/fault.js'

export interface FetchRequest {
  readonly url: string
  readonly userAgent: string
  /** Of the last answer: the server says 304 when nothing has changed. */
  readonly etag?: string | undefined
  readonly lastModified?: string | undefined
  /** An http proxy for everything, instead of those of the environment. */
  readonly proxyUrl?: string | undefined
  /** `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` are looked up here, in both cases. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of the whole fetch; 30 s unless given. */
  readonly timeoutMs?: number
  /** Authorities to trust besides those of Node, PEM. */
  readonly ca?: string
}

export type FetchedText =
  | { readonly changed: false }
  | {
      readonly changed: true
      readonly text: string
      /** By lower-case name. */
      readonly headers: Readonly<Record<string, string>>
    }

const MAX_BYTES = 32 * 1024 * 1024
const MAX_REDIRECTS = 5
const TIMEOUT_MS = 30_000

/** Rejects with SUBSCRIPTION faults, in which the address is not repeated: it is a secret. */
export async function fetchText(request: FetchRequest): Promise<FetchedText> {
  const { Agent, EnvHttpProxyAgent, ProxyAgent } = await import('undici')
  const { environment: env, proxyUrl, ca, timeoutMs = TIMEOUT_MS } = request
  const trust = ca === undefined ? {} : { ca }
  const noProxy = env.NO_PROXY ?? env.no_proxy
  const httpProxy = env.HTTP_PROXY ?? env.http_proxy
  const httpsProxy = env.HTTPS_PROXY ?? env.https_proxy
  const dispatcher: Dispatcher =
    proxyUrl !== undefined
      ? new ProxyAgent({ uri: proxyUrl, requestTls: trust })
      : httpProxy || httpsProxy
        ? new EnvHttpProxyAgent({
            ...(httpProxy && { httpProxy }),
            ...(httpsProxy && { httpsProxy }),
            noProxy: noProxy ?? '',
            requestTls: trust,
            connect: trust,
          })
        : new Agent({ connect: trust })
  try {
    return await follow(request, dispatcher, AbortSignal.timeout(timeoutMs))
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault('SUBSCRIPTION_FETCH', { why: reasonOf(cause, timeoutMs), cause })
  } finally {
    await dispatcher.destroy()
  }
}

async function follow(
  request: FetchRequest,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<FetchedText> {
  let url = parseUrl(request.url)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const { request: send } = await import('undici')
    const answer = await send(url, { dispatcher, signal, headers: headersOf(request) })
    const { statusCode: status } = answer
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]),
    )
    const { location } = headers
    if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
      await answer.body.dump()
      url = redirect(url, location)
      continue
    }
    if (status === 304) {
      await answer.body.dump()
      return { changed: false }
    }
    if (status < 200 || status > 299)
      throw new Fault('SUBSCRIPTION_STATUS', { why: `status ${status} from ${url.host}` })
    const bytes = unpack(await readBody(answer.body), headers['content-encoding'])
    return { changed: true, headers, text: new TextDecoder().decode(bytes) }
  }
  throw new Fault('SUBSCRIPTION_REDIRECT', { why: `more than ${MAX_REDIRECTS} redirects` })
}

function headersOf({ userAgent, etag, lastModified }: FetchRequest): Record<string, string> {
  return {
    'user-agent': userAgent,
    accept: '*/*',
    'accept-encoding': 'gzip, br',
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
  }
}

/** Throws `SUBSCRIPTION_URL`. */
export function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new Fault('SUBSCRIPTION_URL', {
    why: url === undefined ? 'it is no URL' : `its scheme is ${url.protocol}`,
  })
}

function redirect(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new Fault('SUBSCRIPTION_REDIRECT', { why: 'its Location is no URL' })
  const to = new URL(location, from)
  if (to.protocol === from.protocol || to.protocol === 'https:') return to
  throw new Fault('SUBSCRIPTION_REDIRECT', { why: `from ${from.protocol} to ${to.protocol}` })
}

async function readBody(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    if (size > MAX_BYTES) throw new Fault('SUBSCRIPTION_SIZE', { why: 'more than 32 MiB' })
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function unpack(bytes: Buffer, encoding = 'identity'): Buffer {
  const limits = { maxOutputLength: MAX_BYTES }
  try {
    switch (encoding.trim().toLowerCase()) {
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(bytes, limits)
      case 'br':
        return brotliDecompressSync(bytes, limits)
      case 'deflate':
        return inflateSync(bytes, limits)
      default:
        return bytes
    }
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new Fault('SUBSCRIPTION_SIZE', { why: 'it unpacks to more than 32 MiB' })
    throw new Fault('SUBSCRIPTION_CONTENT', { why: `it is no ${encoding}`, cause })
  }
}

/** The words of the system, without an address. */
function reasonOf(cause: unknown, timeoutMs: number): string {
  const { code = '', name } = cause as NodeJS.ErrnoException
  if (name === 'TimeoutError' || name === 'AbortError') return `nothing within ${timeoutMs / 1_000} s`
  if (code !== '') return code
  return asFault(cause).why ?? 'the connection broke'
}
