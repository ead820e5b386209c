/** Time limits of one user level (protocol §7.2). Durations are milliseconds. */
export interface Policy {
  /** For the whole head of a connection, from accept. */
  readonly handshakeMs: number
  /** No byte either way for this long ends a connection. */
  readonly idleMs: number
  /** Time left for the uplink, counted from its last byte, once the downlink has ended. */
  readonly uplinkOnlyMs: number
  /** The same for the downlink, once the uplink has ended. */
  readonly downlinkOnlyMs: number
}

/** What V2Ray's code has, whatever its manual says. */
export const DEFAULT_POLICY: Policy = {
  handshakeMs: 60_000,
  idleMs: 300_000,
  uplinkOnlyMs: 1_000,
  downlinkOnlyMs: 1_000,
}
