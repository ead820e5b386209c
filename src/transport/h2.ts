/** VMess over HTTP/2: request and response bodies are the bytes (protocol §9.4). */
import type { IncomingHttpHeaders } from 'node:http2'
import type { H2Config, TlsConfig } from '../config/config.js'
import type { Transport } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import { type Random, systemRandom, systemTicker, type Ticker } from '../ports/ports.js'
import type { StreamForm } from './h2-form.js'
import { listenH2 } from './h2-listener.js'
import { H2Pool } from './h2-pool.js'
import { makeTls } from './tls-layer.js'

export interface H2TransportOptions {
  /** Absent: plain. */
  readonly tls?: TlsConfig | undefined
  readonly ticker?: Ticker | undefined
  readonly random?: Random | undefined
}

const STATUS_OK = 200
/** What a Go client says; v2ray is one. */
const USER_AGENT = 'Go-http-client/2.0'

/**
 * One HTTP/2 connection for all connections to a server, each of them one `PUT`. Without TLS both roles
 * speak HTTP/2 from the first byte.
 */
export function makeH2Transport(config: H2Config, options: H2TransportOptions = {}): Transport {
  return makeStreamTransport(plainForm(config, options.random ?? systemRandom), options)
}

/** A transport whose connections are streams of HTTP/2 in the given form. */
export function makeStreamTransport(form: StreamForm, options: H2TransportOptions): Transport {
  const { tls, ticker = systemTicker } = options
  const connecting = tls && makeTls({ config: tls, alpn: ['h2'] })
  // Strangers that know nothing newer get their 404 in HTTP/1.1.
  const listening = tls && makeTls({ config: tls, alpn: ['h2', 'http/1.1'] })
  const pool = new H2Pool({ form, tls: connecting, ticker })
  return {
    name: form.name,
    connect: (address, connectOptions) => pool.connect(address, connectOptions),
    listen: (address, listenOptions) => listenH2(address, listenOptions, { form, tls: listening, ticker }),
    close: () => {
      pool.close()
    },
  }
}

function plainForm({ path, hosts, method, headers }: H2Config, random: Random): StreamForm {
  return {
    name: 'h2',
    requestHeaders: () => ({
      ...lowerCased(headers),
      ':method': method,
      ':path': path,
      ':authority': hosts[(random(1)[0] as number) % hosts.length] ?? '',
      'accept-encoding': 'identity',
      'user-agent': USER_AGENT,
    }),
    responseHeaders: { ':status': STATUS_OK, 'cache-control': 'no-store' },
    refusal: (request) => refusal(request, path, hosts),
    responseFault: ({ ':status': status }) =>
      status === undefined || status === STATUS_OK
        ? undefined
        : new Fault('TRANSPORT_H2_STATUS', { why: `status ${status} at ${path}` }),
  }
}

/** The path is a prefix, the host an exact member of the list, the method free (protocol §9.4). */
function refusal(request: IncomingHttpHeaders, path: string, hosts: readonly string[]): string | undefined {
  const found = pathOf(request)
  if (!found.startsWith(path))
    return `its path is ${quoted(found)}; expected ${quoted(path)} at the beginning`
  const host = request[':authority'] ?? request.host ?? ''
  if (hosts.includes(host)) return undefined
  return `its host is ${quoted(host)}; expected ${hosts.map(quoted).join(' or ')}`
}

/** The path of a request, without its query. */
export function pathOf({ ':path': path = '' }: IncomingHttpHeaders): string {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}

const MOST_QUOTED = 80

/** What a stranger wrote, safe for a log line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text)
}

/** HTTP/2 has no capitals in header names. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
