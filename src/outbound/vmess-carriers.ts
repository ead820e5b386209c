import type { Connection } from '../contracts/connection.js'
import { asFault, Fault } from '../faults/fault.js'
import { systemTicker, type Ticker } from '../ports/ports.js'
import { MuxClient } from '../tunnel/mux-client.js'

/** An idle carrier is closed at the next of these, as v2ray does (protocol §5.4). */
const TICK_MS = 16_000

export interface CarrierPoolOptions {
  /** Sessions at a time on one carrier. */
  readonly concurrency: number
  /** Sessions in the life of one carrier. */
  readonly lifetime: number
  /** Id of a carrier's first session. */
  readonly firstId: number
  /** Opens a connection whose far end takes mux frames. */
  readonly open: (signal: AbortSignal) => Promise<Connection>
  readonly ticker: Ticker | undefined
}

interface Carrier {
  readonly dial: AbortController
  /** Absent while it is dialled. */
  client: MuxClient | undefined
  dialling: Promise<MuxClient>
  /** Sessions that wait for it to be dialled. */
  waiting: number
  /** Sessions it ever had, or will have once it is dialled. */
  promised: number
}

/** The carriers of an outbound: a session takes one that has room, or has another one dialled. */
export class CarrierPool {
  readonly #options: CarrierPoolOptions
  readonly #carriers = new Set<Carrier>()
  #stopTicker: (() => void) | undefined
  #closed = false

  constructor(options: CarrierPoolOptions) {
    this.#options = options
  }

  /**
   * Opens a session on a carrier. Rejects with the fault of the dial, with the reason of `signal`, or with
   * what `openSession` throws. Those who wait for the same carrier share its dial, which is given up when
   * all of them have.
   */
  async take<Session>(signal: AbortSignal, openSession: (client: MuxClient) => Session): Promise<Session> {
    const carrier = this.#withRoom() ?? this.#dial()
    carrier.waiting++
    carrier.promised++
    try {
      const client = await abortable(carrier.dialling, signal)
      return openSession(client)
    } finally {
      carrier.waiting--
      if (carrier.waiting === 0) this.#onIdle(carrier)
    }
  }

  /** Ends all carriers, and the sessions on them, now. */
  close(): void {
    this.#closed = true
    for (const carrier of [...this.#carriers]) {
      carrier.dial.abort(new Fault('DIAL_ABORTED'))
      carrier.client?.abort(new Fault('RELAY_STOPPED'))
    }
    this.#rest()
  }

  #withRoom(): Carrier | undefined {
    const { concurrency, lifetime } = this.#options
    for (const carrier of this.#carriers) {
      const { client, waiting, promised, dial } = carrier
      const sessions = waiting + (client?.sessions ?? 0)
      const usable = client === undefined ? !dial.signal.aborted : client.available
      if (usable && sessions < concurrency && promised < lifetime) return carrier
    }
    return undefined
  }

  #dial(): Carrier {
    const dial = new AbortController()
    const carrier: Carrier = {
      dial,
      client: undefined,
      dialling: this.#open(dial.signal).then(
        (connection) => this.#opened(carrier, connection),
        (error: unknown) => {
          this.#forget(carrier)
          throw asFault(error)
        },
      ),
      waiting: 0,
      promised: 0,
    }
    this.#carriers.add(carrier)
    this.#stopTicker ??= (this.#options.ticker ?? systemTicker)(TICK_MS, () => {
      this.#tick()
    })
    return carrier
  }

  async #open(signal: AbortSignal): Promise<Connection> {
    if (this.#closed) throw new Fault('DIAL_ABORTED')
    return this.#options.open(signal)
  }

  #opened(carrier: Carrier, connection: Connection): MuxClient {
    const { signal } = carrier.dial
    if (signal.aborted) {
      connection.abort()
      this.#forget(carrier)
      throw asFault(signal.reason)
    }
    const client = new MuxClient(connection, {
      firstId: this.#options.firstId,
      onIdle: () => {
        this.#onIdle(carrier)
      },
      onClose: () => {
        this.#forget(carrier)
      },
    })
    carrier.client = client
    return client
  }

  /** Nobody uses it at the moment: one that nobody waits for is not dialled, a spent one is closed. */
  #onIdle({ client, waiting, promised, dial }: Carrier): void {
    if (waiting > 0) return
    if (client === undefined) dial.abort(new Fault('DIAL_ABORTED'))
    else if (client.sessions === 0 && promised >= this.#options.lifetime) client.close()
  }

  /** A carrier that was closed at an earlier tick and is still here is not waited for any longer. */
  #tick(): void {
    for (const { client, waiting } of [...this.#carriers]) {
      if (client !== undefined && waiting === 0 && client.sessions === 0) client.close()
    }
  }

  #forget(carrier: Carrier): void {
    this.#carriers.delete(carrier)
    if (this.#carriers.size === 0) this.#rest()
  }

  #rest(): void {
    this.#stopTicker?.()
    this.#stopTicker = undefined
  }
}

/** What is awaited, unless the signal comes first. */
function abortable<Value>(awaited: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(asFault(signal.reason))
    }
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
    awaited.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort)
    })
  })
}
