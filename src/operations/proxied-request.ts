/** One HTTP request through a local SOCKS 5 proxy, step by step as an application makes it. */
import { makeDestination } from '../address/destination.js'
import { ByteQueue } from '../bytes/byte-queue.js'
import type { Connection, Endpoint } from '../contracts/connection.js'
import { Fault } from '../faults/fault.js'
import { COMMAND, METHOD, REPLY, VERSION_5 } from '../socks/constants.js'
import { encodeAddress } from '../socks/address.js'
import { makeTcpTransport } from '../transport/tcp.js'

export interface ProxiedRequest {
  readonly proxy: Endpoint
  /** The web server as seen from the far end of the tunnel. */
  readonly target: Endpoint
  readonly signal: AbortSignal
}

export interface ProxiedResponse {
  readonly status: number
  readonly body: string
}

const METHOD_BYTES = 2
/** Of a reply that names an IPv4 address, as ours does. */
const REPLY_BYTES = 10
const MAX_RESPONSE_BYTES = 64 * 1024
const RESPONSE = /^HTTP\/1\.[01] (?<status>\d{3}).*?\r\n\r\n(?<body>.*)$/s

/**
 * GETs `/` and resolves when the web server has closed. Rejects with DIAL faults when the proxy cannot be
 * reached, and with `CLI_CHECK` when somebody on the way does not answer as it should.
 */
export async function requestThroughSocks({
  proxy,
  target,
  signal,
}: ProxiedRequest): Promise<ProxiedResponse> {
  const address = { kind: 'tcp', host: proxy.address, port: proxy.port } as const
  const connection = await makeTcpTransport().connect(address, { signal })
  const inbox = new Inbox(connection, signal)
  try {
    connection.write(Uint8Array.of(VERSION_5, 1, METHOD.none))
    const method = await inbox.take(METHOD_BYTES)
    if (method[1] !== METHOD.none) throw checkFailed('the proxy wants a login')

    const destination = encodeAddress(makeDestination(target.address, target.port))
    connection.write(Buffer.from([VERSION_5, COMMAND.connect, 0, ...destination]))
    const reply = await inbox.take(REPLY_BYTES)
    if (reply[1] !== REPLY.granted) throw checkFailed(`the proxy replied with code ${reply[1]}`)

    connection.write(Buffer.from(`GET / HTTP/1.1\r\nHost: ${target.address}\r\nConnection: close\r\n\r\n`))
    return parseResponse(await inbox.takeAll())
  } finally {
    connection.abort()
  }
}

function parseResponse(text: string): ProxiedResponse {
  const { status, body } = RESPONSE.exec(text)?.groups ?? {}
  if (status === undefined || body === undefined) throw checkFailed('the answer is no HTTP response')
  return { status: Number(status), body }
}

function checkFailed(why: string): Fault {
  return new Fault('CLI_CHECK', { why })
}

/** What has arrived on a connection, for somebody who waits for a certain part of it. */
class Inbox {
  readonly #bytes = new ByteQueue(MAX_RESPONSE_BYTES, 'response')
  #ended = false
  #fault: Fault | undefined
  #wake: () => void = ignore

  constructor(connection: Connection, signal: AbortSignal) {
    signal.addEventListener('abort', () => connection.abort(checkFailed('it took too long')), { once: true })
    connection.start({
      onData: (bytes) => {
        this.#bytes.append(bytes)
        this.#wake()
      },
      onEnd: () => this.#end(),
      // The few bytes that are written here need no backpressure.
      onDrain: ignore,
      onClose: (fault) => this.#end(fault),
    })
  }

  async take(size: number): Promise<Uint8Array> {
    while (this.#bytes.length < size && !this.#ended) await this.#arrival()
    const taken = this.#bytes.take(size)
    if (taken === undefined) throw this.#fault ?? checkFailed('the connection ended early')
    return taken
  }

  async takeAll(): Promise<string> {
    while (!this.#ended) await this.#arrival()
    if (this.#fault !== undefined) throw this.#fault
    return new TextDecoder().decode(this.#bytes.drain())
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #end(fault?: Fault): void {
    this.#ended = true
    this.#fault ??= fault
    this.#wake()
  }
}

function ignore(): void {
  // Nothing to do.
}
