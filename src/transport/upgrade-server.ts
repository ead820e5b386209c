/**
 * The listening side of WebSocket and HTTPUpgrade: reads one HTTP request per connection and lets a judge
 * decide. A stranger sees what any web server shows; the reason is told in the fault alone.
 */
import type { Connection } from '../contracts/connection.js'
import type { Address, Listener, ListenOptions, Transport } from '../contracts/transport.js'
import { asFault, Fault } from '../faults/fault.js'
import type { Head } from '../http-proxy/head.js'
import { HeadDecoder } from '../http-proxy/head-decoder.js'
import { encodeRefusal, REQUEST_LIMIT, type RequestFacts, readRequest, type Status } from './upgrade-head.js'

/** Time a client has for its request, TLS not counted. */
const REQUEST_MS = 10_000

export type Verdict =
  | { readonly kind: 'refuse'; readonly status: Status; readonly fault: Fault }
  | {
      readonly kind: 'accept'
      /** The head to answer with. */
      readonly answer: Uint8Array
      /** What the connection becomes; what follows the request is still in it. */
      wrap(connection: Connection): Connection
    }

export interface UpgradeServer {
  readonly below: Transport
  readonly judge: (request: RequestFacts) => Verdict
}

export async function listenForUpgrades(
  { below, judge }: UpgradeServer,
  address: Address,
  options: ListenOptions,
): Promise<Listener> {
  const heads = new Set<RequestHead>()
  const onConnection = (connection: Connection): void => {
    const head: RequestHead = new RequestHead(connection, {
      judge,
      accept: options.onConnection,
      tell: (fault) => options.onFault?.(fault),
      over: () => heads.delete(head),
    })
    heads.add(head)
    head.start()
  }
  const listener = await below.listen(address, { ...options, onConnection })
  return {
    endpoint: listener.endpoint,
    close: async () => {
      for (const head of [...heads]) head.abort()
      await listener.close()
    },
  }
}

interface HeadOptions {
  readonly judge: (request: RequestFacts) => Verdict
  readonly accept: (connection: Connection) => void
  readonly tell: (fault: Fault) => void
  /** The connection is somebody else's, or gone. */
  readonly over: () => unknown
}

/** One connection until its request was answered. */
class RequestHead {
  readonly #connection: Connection
  readonly #options: HeadOptions
  readonly #decoder = new HeadDecoder({ limit: REQUEST_LIMIT })
  #deadline: NodeJS.Timeout | undefined
  #refused = false

  constructor(connection: Connection, options: HeadOptions) {
    this.#connection = connection
    this.#options = options
  }

  start(): void {
    this.#deadline = setTimeout(() => {
      if (!this.#decoder.isEmpty && !this.#refused) {
        this.#options.tell(
          this.#faultOf('TRANSPORT_REQUEST', `no whole request within ${REQUEST_MS / 1_000} s`),
        )
      }
      this.abort()
    }, REQUEST_MS)
    this.#connection.start({
      onData: (bytes) => {
        if (!this.#refused) this.#receive(bytes)
      },
      onEnd: () => {
        // A port check connects and closes; that is not worth a line.
        if (!this.#decoder.isEmpty && !this.#refused) {
          this.#options.tell(this.#faultOf('TRANSPORT_REQUEST', 'the connection ended inside the request'))
        }
        this.abort()
      },
      onDrain: () => undefined,
      onClose: () => {
        this.#leave()
      },
    })
  }

  abort(): void {
    this.#connection.abort()
  }

  #leave(): void {
    clearTimeout(this.#deadline)
    this.#options.over()
  }

  #receive(bytes: Uint8Array): void {
    let head: Head | undefined
    try {
      this.#decoder.receive(bytes)
      head = this.#decoder.next()
    } catch (error) {
      const { code, message } = asFault(error)
      this.#refuse(code === 'HTTP_HEAD_SIZE' ? 431 : 400, this.#faultOf('TRANSPORT_REQUEST', message))
      return
    }
    if (head === undefined) return
    const request = readRequest(head)
    if (request === undefined)
      this.#refuse(400, this.#faultOf('TRANSPORT_REQUEST', 'not a request of HTTP/1.1'))
    else this.#answer(request)
  }

  #answer(request: RequestFacts): void {
    const verdict = this.#options.judge(request)
    if (verdict.kind === 'refuse') {
      this.#refuse(verdict.status, verdict.fault)
      return
    }
    this.#connection.pause()
    this.#connection.unread(this.#decoder.rest())
    this.#connection.write(verdict.answer)
    this.#leave()
    this.#options.accept(verdict.wrap(this.#connection))
  }

  /** What the client still sends is read and dropped until it closes, or its time is over. */
  #refuse(status: Status, fault: Fault): void {
    this.#refused = true
    this.#options.tell(fault)
    this.#connection.write(encodeRefusal(status, new Date()))
    this.#connection.end()
  }

  #faultOf(code: 'TRANSPORT_REQUEST', why: string): Fault {
    return new Fault(code, { why: `${this.#connection.remote.address}: ${why}` })
  }
}
