/**
 * Refusing quietly (protocol §7.1): a stranger sees that bytes are read and nothing comes back, until a
 * number that is fixed for this configuration, plus a little chance, was reached. Why it was refused
 * cannot be told from outside. Servers do so with requests, clients with responses.
 */
import { concat } from '../bytes/bytes.js'
import type { Connection } from '../contracts/connection.js'
import { sha256 } from '../crypto/digest.js'
import type { Fault } from '../faults/fault.js'
import type { Random, Ticker } from '../ports/ports.js'

/**
 * The least that is read in all. It must exceed every head whose refusal depends on what is in it: were
 * the base below, then the byte at which an altered head is closed would depend on how far it was read.
 * v2ray begins at 54 for servers; the longest AEAD request is about 380 bytes, a legacy one about 330.
 */
const LEAST_BYTES = { server: 400, client: 18 } as const
const BASE_RANGE = 3_266
const SPREAD_RANGE = 64
/** What nobody waits for any more is read for at most so long. */
const LONGEST_MS = 60_000
/** How often somebody looks whether the last bytes have left. */
const LOOK_MS = 50

/** How much a configuration reads before it closes. */
export interface DrainDepth {
  readonly base: number
  /** Per connection, 0 to `spread - 1` more. */
  readonly spread: number
}

export interface DrainOptions {
  /** Bytes that are still to be read. */
  readonly length: number
  readonly fault: Fault
  readonly onClose: () => void
}

/** Stable for a role and a set of users, in the distribution that v2ray shows. */
export function drainDepthOf(role: keyof typeof LEAST_BYTES, uuids: readonly Uint8Array[]): DrainDepth {
  const digest = sha256(concat([new TextEncoder().encode(`vmess-kit drain ${role}`), ...uuids]))
  const numbers = new DataView(digest.buffer, digest.byteOffset)
  return {
    base: LEAST_BYTES[role] + (numbers.getUint32(0) % BASE_RANGE),
    spread: 1 + (numbers.getUint32(4) % SPREAD_RANGE),
  }
}

/** Bytes of one connection that are read in all before it is closed. */
export function drainLength({ base, spread }: DrainDepth, random: Random): number {
  return base + ((random(1)[0] as number) % spread)
}

/** Reads `length` more bytes, drops them, then closes without having sent anything. */
export function drain(connection: Connection, { length, fault, onClose }: DrainOptions): void {
  let left = length
  if (left <= 0) connection.abort(fault)
  connection.start({
    onData(bytes) {
      left -= bytes.length
      if (left <= 0) connection.abort(fault)
    },
    onEnd() {
      connection.abort(fault)
    },
    onDrain: () => undefined,
    onClose,
  })
}

/** Connections that are drained although nobody waits for them any more. */
export class Drains {
  readonly #ticker: Ticker
  readonly #connections = new Set<Connection>()
  #closed = false

  constructor(ticker: Ticker) {
    this.#ticker = ticker
  }

  /** As `drain`, for at most a minute; after `close` not at all. */
  add(connection: Connection, length: number, fault: Fault): void {
    if (this.#closed) {
      connection.abort(fault)
      return
    }
    const stop = this.#ticker(LONGEST_MS, () => {
      connection.abort(fault)
    })
    const onClose = (): void => {
      stop()
      this.#connections.delete(connection)
    }
    this.#connections.add(connection)
    drain(connection, { length, fault, onClose })
  }

  /** Resets a connection when all that was written to it has left, after a minute at the latest. */
  resetAfterwards(connection: Connection, fault: Fault): void {
    let looks = LONGEST_MS / LOOK_MS
    const onLook = (): void => {
      if (connection.unsent > 0 && --looks > 0 && !this.#closed) return
      stop()
      connection.reset(fault)
    }
    const stop = this.#ticker(LOOK_MS, onLook)
    onLook()
  }

  /** Ends them now. */
  close(): void {
    this.#closed = true
    for (const connection of [...this.#connections]) connection.abort()
  }
}
