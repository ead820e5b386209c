/**
 * The answer to a request, and which one a failure deserves.
 *
 *     5   +-----+-------+-----+------+---------+------+     4   +---+-------+------+------+
 *         |  5  | reply |  0  | type | address | port |         | 0 | reply | port | IPv4 |
 *         +-----+-------+-----+------+---------+------+         +---+-------+------+------+
 */
import type { Destination } from '../address/destination.js'
import { concat } from '../bytes/bytes.js'
import type { Fault } from '../faults/fault.js'
import type { FaultCode } from '../faults/table.js'
import { encodeAddress } from './address.js'
import { REPLY, REPLY_4, type Reply, VERSION_5 } from './constants.js'

/** Where nothing better is known: many applications expect an address that can be read. */
const ANY: Destination = { kind: 'ip', ip: new Uint8Array(4), port: 0 }

/** A SOCKS 5 reply; `bound` is where the application shall send its datagrams. */
export function encodeReply(reply: Reply, bound: Destination = ANY): Uint8Array {
  return concat([Uint8Array.of(VERSION_5, reply, 0), encodeAddress(bound)])
}

/** A SOCKS 4 reply: eight bytes, of which only granted or refused matters. */
export function encodeReply4(reply: Reply): Uint8Array {
  return Uint8Array.of(0, reply === REPLY.granted ? REPLY_4.granted : REPLY_4.refused, 0, 0, 0, 0, 0, 0)
}

const BY_FAULT: Partial<Record<FaultCode, Reply>> = {
  DIAL_REFUSED: REPLY.refused,
  DIAL_UNREACHABLE: REPLY.hostUnreachable,
  DIAL_NAME: REPLY.hostUnreachable,
  DIAL_TIMEOUT: REPLY.hostUnreachable,
  DIAL_BLOCKED: REPLY.notAllowed,
}

/** The reply that tells an application why its flow could not be opened. */
export function replyForFault({ code, cause }: Fault): Reply {
  if (code === 'DIAL_UNREACHABLE' && isNetworkUnreachable(cause)) return REPLY.networkUnreachable
  return BY_FAULT[code] ?? REPLY.failure
}

function isNetworkUnreachable(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENETUNREACH'
}
