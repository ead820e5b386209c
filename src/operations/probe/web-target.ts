/** The web server at the far end that measurements talk to. */
import { type Destination, formatHostPort, makeDestination } from '../../address/destination.js'
import { Fault } from '../../faults/fault.js'

/** Answers with nothing; many phones and clients ask it whether there is internet. */
export const PING_URL = 'http://www.gstatic.com/generate_204'

export interface WebTarget {
  readonly destination: Destination
  /** https. */
  readonly secure: boolean
  /** A domain or an IP address, IPv6 without brackets. */
  readonly name: string
  readonly port: number
  /** As the Host header has it. */
  readonly host: string
  /** With its query. */
  readonly path: string
}

/** Throws `CLI_USAGE` for anything but an `http://` or `https://` address. */
export function parseWebTarget(text: string): WebTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (!isWeb || url.username !== '' || url.password !== '') {
    throw new Fault('CLI_USAGE', {
      what: '--url is no http:// or https:// address',
      hint: `such as ${PING_URL}, without a user name`,
    })
  }
  const secure = url.protocol === 'https:'
  const usual = secure ? 443 : 80
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? usual : Number(url.port)
  const host = port === usual ? url.hostname : formatHostPort(name, port)
  const path = `${url.pathname}${url.search}`
  return { destination: makeDestination(name, port), secure, name, port, host, path }
}

/** The head of a request; `fields` are further lines of it. */
export function requestHead(
  method: string,
  { host, path }: WebTarget,
  fields: readonly string[] = [],
): Uint8Array {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    'User-Agent: vmess',
    'Connection: close',
    ...fields,
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

/** The status of an answer by its first bytes. Throws `PROBE_ANSWER` for what is no HTTP. */
export function statusOf(bytes: Uint8Array): number {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(Buffer.from(bytes.subarray(0, 16)).toString('latin1'))?.[1]
  if (status !== undefined) return Number(status)
  throw new Fault('PROBE_ANSWER', { why: 'it is no HTTP' })
}
