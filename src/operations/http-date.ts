/** The time that a web server gives in its `Date` header: for where UDP port 123 is blocked. */
import { formatHostPort } from '../address/destination.js'
import type { TlsCertificateConfig } from '../config/config.js'
import type { Connection } from '../contracts/connection.js'
import { Fault, isFault } from '../faults/fault.js'
import type { Clock } from '../ports/ports.js'
import { makeTls } from '../transport/tls-layer.js'
import { makeTlsTransport } from '../transport/tls.js'
import { withDeadline } from './deadline.js'

export interface HttpDateOptions {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  readonly now: Clock
  /** PEM of authorities to trust besides those of Node. */
  readonly authorities?: readonly string[]
}

export interface HttpDate {
  /** `https://host` */
  readonly server: string
  /** How far this clock is ahead of the server's; negative when it is behind. Milliseconds. */
  readonly skewMs: number
  readonly delayMs: number
  /** The certificate is outside its dates by our clock: taken all the same, because that clock is in doubt. */
  readonly datesIgnored: boolean
}

/** Of the header, whose seconds are cut off. */
export const DATE_ERROR_MS = 500
const LONGEST_HEAD = 16 * 1024

/**
 * One request without a body. Rejects with DIAL and TRANSPORT faults, and with `NTP_DATE` for an answer
 * without a date.
 */
export async function queryHttpDate(options: HttpDateOptions): Promise<HttpDate> {
  const { host, port, timeoutMs } = options
  const place = formatHostPort(host, port)
  return withDeadline(timeoutMs, `${place} did not answer`, async (signal) => {
    try {
      return await ask(options, { signal, datesIgnored: false })
    } catch (error) {
      if (!isFault(error, 'TRANSPORT_TLS_EXPIRED')) throw error
      return ask(options, { signal, datesIgnored: true })
    }
  })
}

interface Attempt {
  readonly signal: AbortSignal
  readonly datesIgnored: boolean
}

async function ask(options: HttpDateOptions, { signal, datesIgnored }: Attempt): Promise<HttpDate> {
  const { host, port, now, authorities = [] } = options
  const certificates = authorities.map(
    (pem): TlsCertificateConfig => ({ usage: 'verify', certificate: { pem } }),
  )
  const config = { allowInsecure: datesIgnored, disableSystemRoot: false, certificates }
  const transport = makeTlsTransport(makeTls({ config, alpn: ['http/1.1'] }))
  const connection = await transport.connect({ kind: 'tcp', host, port }, { signal })
  try {
    const sentMs = now()
    connection.write(
      Buffer.from(`HEAD / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: vmess\r\nConnection: close\r\n\r\n`),
    )
    const head = await readHead(connection, signal)
    const receivedMs = now()
    const dateMs = Date.parse(/^date:[ \t]*(.+?)\r?$/im.exec(head)?.[1] ?? '')
    if (!/^HTTP\/1\.[01] \d{3}/.test(head) || Number.isNaN(dateMs)) {
      throw new Fault('NTP_DATE', { why: formatHostPort(host, port) })
    }
    const skewMs = (sentMs + receivedMs) / 2 - (dateMs + DATE_ERROR_MS)
    const server = `https://${port === 443 ? formatHostPort(host, 0).replace(/:0$/, '') : formatHostPort(host, port)}`
    return { server, skewMs, delayMs: receivedMs - sentMs, datesIgnored }
  } finally {
    connection.abort()
  }
}

function readHead(connection: Connection, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let head = ''
    const finish = (): void => resolve(head)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    connection.start({
      onData: (bytes) => {
        head += Buffer.from(bytes).toString('latin1')
        if (head.includes('\r\n\r\n') || head.length > LONGEST_HEAD) finish()
      },
      onEnd: finish,
      // The request is one small write.
      onDrain: () => undefined,
      onClose: (fault) => (fault === undefined ? finish() : reject(fault)),
    })
  })
}
