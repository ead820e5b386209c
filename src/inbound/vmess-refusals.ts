import { formatHostPort } from '../address/destination.js'
import type { Connection } from '../contracts/connection.js'
import type { InboundSurroundings } from '../contracts/inbound.js'
import type { Fault } from '../faults/fault.js'
import { explainRejection } from '../vmess/rejection.js'
import type { UserTable } from '../vmess/user-table.js'

/** An explanation may cost two milliseconds; strangers must not be able to buy many. */
const EXPLANATION_PERIOD_MS = 1_000

export interface Refusal {
  readonly connection: Connection
  readonly fault: Fault
  /** The first bytes of the connection, at most those of one read. */
  readonly firstBytes: Uint8Array
  /** Label of the user that the first bytes fit. */
  readonly user: string | undefined
}

/** Tells the log, and only the log, why a connection was refused (failures §8). */
export class VmessRefusals {
  readonly #name: string
  readonly #users: UserTable
  readonly #surroundings: InboundSurroundings
  #explainedAt = Number.NEGATIVE_INFINITY

  constructor(options: { name: string; users: UserTable; surroundings: InboundSurroundings }) {
    this.#name = options.name
    this.#users = options.users
    this.#surroundings = options.surroundings
  }

  tell({ connection, fault, firstBytes, user }: Refusal): void {
    if (this.#surroundings.logger.writes?.('warning') === false) return
    const { address, port } = connection.remote
    this.#surroundings.logger.warning('rejected', {
      inbound: this.#name,
      source: formatHostPort(address, port),
      code: fault.code,
      reason: (user === undefined ? this.#explain(fault, firstBytes) : undefined) ?? fault.message,
      user,
    })
  }

  #explain(fault: Fault, firstBytes: Uint8Array): string | undefined {
    const guessed = fault.code === 'VMESS_UNKNOWN_USER' || fault.code === 'WIRE_TRUNCATED'
    const now = this.#surroundings.clock()
    if (!guessed || Math.abs(now - this.#explainedAt) < EXPLANATION_PERIOD_MS) return undefined
    this.#explainedAt = now
    return explainRejection(firstBytes, { users: this.#users.users(), now: Math.floor(now / 1000) })
  }
}
