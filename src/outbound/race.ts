/**
 * Connects to whichever of several addresses answers first (RFC 8305): they are tried in turn, the next
 * one as soon as the one before has failed or has not answered for a moment.
 */
import type { Connection } from '../contracts/connection.js'
import { asFault, Fault } from '../faults/fault.js'

/** RFC 8305 §5 recommends it. */
const ATTEMPT_DELAY_MS = 250

export interface RaceOptions {
  /** Best first; at least one. */
  readonly addresses: readonly string[]
  readonly signal: AbortSignal
  readonly connect: (address: string, signal: AbortSignal) => Promise<Connection>
  readonly delayMs?: number
}

/** Addresses of both families by turns, beginning with the family of the first (RFC 8305 §4). */
export function interleave(addresses: readonly string[]): readonly string[] {
  const isV6 = (address: string): boolean => address.includes(':')
  const firstIsV6 = isV6(addresses[0] ?? '')
  const same = addresses.filter((address) => isV6(address) === firstIsV6)
  const other = addresses.filter((address) => isV6(address) !== firstIsV6)
  const longest = Math.max(same.length, other.length)
  return Array.from({ length: longest }, (_, i) => [same[i], other[i]])
    .flat()
    .filter((address) => address !== undefined)
}

/** Rejects with the first fault that is not merely about a missing route, when every attempt has failed. */
export function race(options: RaceOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const run = new Race(options, { resolve, reject })
    if (options.signal.aborted) run.callOff()
    run.next()
  })
}

interface Outcome {
  readonly resolve: (connection: Connection) => void
  readonly reject: (fault: Fault) => void
}

class Race {
  readonly #options: RaceOptions
  readonly #outcome: Outcome
  /** Ends every attempt: those that lose, or all when the race is called off. */
  readonly #attempts = new AbortController()
  readonly #faults: Fault[] = []
  #started = 0
  #over = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: RaceOptions, outcome: Outcome) {
    this.#options = options
    this.#outcome = outcome
    options.signal.addEventListener('abort', this.callOff, { once: true })
  }

  readonly callOff = (): void => {
    this.#attempts.abort(this.#options.signal.reason)
  }

  next(): void {
    clearTimeout(this.#timer)
    const { addresses, connect, delayMs = ATTEMPT_DELAY_MS } = this.#options
    const address = addresses[this.#started]
    if (address === undefined || this.#over) return
    this.#started++
    if (this.#started < addresses.length) {
      this.#timer = setTimeout(() => {
        this.next()
      }, delayMs)
    }
    connect(address, this.#attempts.signal).then(
      (connection) => {
        this.#win(connection)
      },
      (error: unknown) => {
        this.#lose(asFault(error))
      },
    )
  }

  #win(connection: Connection): void {
    if (this.#over) {
      connection.abort()
      return
    }
    this.#end()
    this.#outcome.resolve(connection)
  }

  #lose(fault: Fault): void {
    if (this.#over) return
    this.#faults.push(fault)
    const { addresses, signal } = this.#options
    if (this.#faults.length < addresses.length && !signal.aborted) {
      if (this.#faults.length === this.#started) this.next()
      return
    }
    this.#end()
    this.#outcome.reject(this.#faults.find(({ code }) => code !== 'DIAL_UNREACHABLE') ?? fault)
  }

  #end(): void {
    this.#over = true
    clearTimeout(this.#timer)
    this.#options.signal.removeEventListener('abort', this.callOff)
    this.#attempts.abort(new Fault('DIAL_ABORTED', { why: 'another address answered first' }))
  }
}
