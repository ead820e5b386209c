/** HTTPUpgrade (protocol §9.6): the handshake of WebSocket without its key, then raw bytes without frames. */
import type { Connection } from '../contracts/connection.js'
import type { Address, ConnectOptions, Transport } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import { elementsOf } from '../http-proxy/head.js'
import { type CheckReply, requestUpgrade } from './upgrade-client.js'
import {
  encodeSwitching,
  encodeUpgradeRequest,
  hostFor,
  type RequestFacts,
  type UpgradeContext,
} from './upgrade-head.js'
import { misplaced, refuse } from './upgrade-place.js'
import { listenForUpgrades, type Verdict } from './upgrade-server.js'

export interface HttpUpgradeOptions extends UpgradeContext {
  /** tcp or TLS. */
  readonly below: Transport
}

/** Payload waits for the answer: some servers lose what comes in one read with the request. */
export function makeHttpUpgradeTransport(options: HttpUpgradeOptions): Transport {
  const { below } = options
  return {
    name: 'httpupgrade',
    connect: (address, connecting) => connect(options, address, connecting),
    listen: (address, listening) =>
      listenForUpgrades({ below, judge: (request) => judge(options, request) }, address, listening),
  }
}

async function connect(
  options: HttpUpgradeOptions,
  address: Address,
  connecting: ConnectOptions,
): Promise<Connection> {
  const { place, below } = options
  const head = encodeUpgradeRequest({
    target: place.path,
    host: hostFor(address, options),
    headers: place.headers,
    fields: [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
    ],
  })
  const connection = await below.connect(address, connecting)
  await requestUpgrade(connection, { head, signal: connecting.signal, check })
  return connection
}

const check: CheckReply = (fields) => {
  const upgraded = elementsOf(fields, 'upgrade').includes('websocket')
  if (upgraded && elementsOf(fields, 'connection').includes('upgrade')) return
  throw new Fault('TRANSPORT_UPGRADE', { why: 'the answer has status 101 but upgrades to something else' })
}

function judge({ place }: HttpUpgradeOptions, request: RequestFacts): Verdict {
  const wrong = misplaced(request, { place })
  if (wrong !== undefined) return wrong
  if (!request.upgradesTo('websocket')) return refuse(400, 'no upgrade to websocket was asked for')
  return { kind: 'accept', answer: encodeSwitching([]), wrap: (connection) => connection }
}
