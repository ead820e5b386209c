/**
 * Refusing quietly (protocol §7.1): a stranger sees that bytes are read and nothing comes back, until a
 * number that is fixed for this configuration, plus a little chance, was reached. Why it was refused
 * cannot be told from outside.
 */
import { createHmac } from 'node:crypto'
import type { Connection } from '../contracts/connection.js'
import type { Fault } from '../faults/fault.js'
import type { Random } from '../ports/ports.js'

/** What any first message of a client exceeds: the shortest that could be told apart. */
const LEAST_BYTES = 54
const BASE_RANGE = 3_266
const SPREAD_RANGE = 64
const LABEL = 'vmess-kit drain'

/** How much a configuration reads before it closes. */
export interface DrainDepth {
  readonly base: number
  /** Per connection, 0 to `spread - 1` more. */
  readonly spread: number
}

/** Stable for a set of users, in the distribution that v2ray servers show. */
export function drainDepthOf(uuids: readonly Uint8Array[]): DrainDepth {
  const seed = createHmac('sha256', LABEL)
  for (const uuid of uuids) seed.update(uuid)
  const digest = seed.digest()
  return {
    base: LEAST_BYTES + (digest.readUInt32BE(0) % BASE_RANGE),
    spread: 1 + (digest.readUInt32BE(4) % SPREAD_RANGE),
  }
}

/** Bytes of one connection that are read in all before it is closed. */
export function drainLength({ base, spread }: DrainDepth, random: Random): number {
  return base + ((random(1)[0] as number) % spread)
}

/** Reads `length` more bytes, drops them, then closes without having sent anything. */
export function drain(connection: Connection, length: number, fault: Fault, onClose: () => void): void {
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
