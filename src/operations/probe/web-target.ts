/** The web server at the far end that measurements talk to. */
import { type Destination, formatHostPort, makeDestination } from '../../address/destination.js'
import { Fault } from '../../faults/fault.js'

export interface WebTarget {
  readonly destination: Destination
  /** As the Host header has it. */
  readonly host: string
  /** With its query. */
  readonly path: string
}

/** Throws `CLI_USAGE` for anything but an `http://` address. */
export function parseWebTarget(text: string): WebTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' || url.username !== '') {
    throw new Fault('CLI_USAGE', {
      what: '--url is no http:// address',
      hint: 'plain http: what is measured is the tunnel, which encrypts by itself',
    })
  }
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? 80 : Number(url.port)
  const host = port === 80 ? url.hostname : formatHostPort(name, port)
  return { destination: makeDestination(name, port), host, path: `${url.pathname}${url.search}` }
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
