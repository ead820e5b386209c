/** The HTTP disguise of tcp (protocol §9.2): a layer over any transport, TLS included. */
import type { HttpHeaderConfig } from '../config/config.js'
import type { Connection } from '../contracts/connection.js'
import type { ListenOptions, Transport } from '../contracts/transport.js'
import { Fault, isFault } from '../faults/fault.js'
import type { DisguiseHead } from '../http-header/head-reader.js'
import { formatRefusal, formatRequestHead, formatResponseHead } from '../http-header/head-text.js'
import { type Clock, type Random, systemClock, systemRandom } from '../ports/ports.js'
import { type DisguiseRole, HttpHeaderConnection } from './http-header-connection.js'

export interface HttpHeaderOptions {
  readonly header: HttpHeaderConfig
  readonly clock?: Clock
  readonly random?: Random
}

/** Puts the disguise around the connections of another transport. */
export function makeHttpHeaderTransport(inner: Transport, options: HttpHeaderOptions): Transport {
  const { header, clock = systemClock, random = systemRandom } = options
  const surroundings: Surroundings = { header, clock, random }
  return {
    name: inner.name,
    connect: async (address, connecting) =>
      new HttpHeaderConnection(await inner.connect(address, connecting), clientRole(surroundings)),
    listen: (address, listening) =>
      inner.listen(address, {
        ...listening,
        onConnection: (connection) => {
          const role = serverRole(surroundings, connection, listening)
          listening.onConnection(new HttpHeaderConnection(connection, role))
        },
      }),
  }
}

interface Surroundings {
  readonly header: HttpHeaderConfig
  readonly clock: Clock
  readonly random: Random
}

function clientRole({ header, random }: Surroundings): DisguiseRole {
  return {
    expects: 'response',
    makeHead: () => formatRequestHead(header.request, random),
    assertHead: assertWelcome,
  }
}

/** Servers may be configured to any status; what tells a refusal is that nothing is to follow. */
function assertWelcome(head: DisguiseHead): void {
  if (head.kind !== 'response' || head.status < 400 || !head.empty) return
  throw new Fault('TRANSPORT_HTTP_REFUSED', { why: `it answers with status ${head.status}` })
}

function serverRole(
  { header, clock, random }: Surroundings,
  { remote }: Connection,
  { onFault }: ListenOptions,
): DisguiseRole {
  const variables = (): { random: Random; now: number } => ({ random, now: clock() })
  return {
    expects: 'request',
    makeHead: () => formatResponseHead(header.response, variables()),
    assertHead: (head) => {
      if (head.kind !== 'request' || header.request.paths.includes(head.path)) return
      const path = JSON.stringify(head.path.slice(0, 64))
      throw new Fault('TRANSPORT_HTTP_PATH', { why: `${remote.address} asks for ${path}` })
    },
    refusal: (fault) => {
      if (isFault(fault, 'TRANSPORT_HTTP_PATH') || isFault(fault, 'TRANSPORT_HTTP_HEAD')) onFault?.(fault)
      return formatRefusal(isFault(fault, 'TRANSPORT_HTTP_PATH') ? 404 : 400, variables())
    },
  }
}
