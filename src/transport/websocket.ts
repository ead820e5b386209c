/** WebSocket over tcp or TLS (protocol §9.3). Frames are those of `ws`; the upgrade is ours for early data. */
import type { EarlyDataConfig } from '../config/config.js'
import type { Connection } from '../contracts/connection.js'
import type { Address, ConnectOptions, Transport } from '../contracts/transport.js'
import { websocketAccept } from '../crypto/websocket-accept.js'
import { Fault } from '../faults/fault.js'
import { type Field, valuesOf } from '../http-proxy/head.js'
import { type Random, systemRandom } from '../ports/ports.js'
import { decodeEarly, EARLY_HEADER, encodeEarly } from './early-data.js'
import { requestUpgrade } from './upgrade-client.js'
import {
  encodeSwitching,
  encodeUpgradeRequest,
  hostFor,
  type RequestFacts,
  type UpgradeContext,
} from './upgrade-head.js'
import { misplaced, refuse } from './upgrade-place.js'
import { listenForUpgrades, type Verdict } from './upgrade-server.js'
import { type Opening, WebSocketConnection } from './websocket-connection.js'

export interface WebSocketOptions extends UpgradeContext {
  /** tcp or TLS. */
  readonly below: Transport
  readonly earlyData?: EarlyDataConfig | undefined
  readonly random?: Random
}

const KEY_BYTES = 16
const VERSION = '13'

export function makeWebSocketTransport(options: WebSocketOptions): Transport {
  const { below } = options
  return {
    name: 'ws',
    connect: (address, connecting) => connect(options, address, connecting),
    listen: (address, listening) =>
      listenForUpgrades({ below, judge: (request) => judge(options, request) }, address, listening),
  }
}

/** With early data the server is reached at once, but the upgrade waits for the first write. */
async function connect(
  options: WebSocketOptions,
  address: Address,
  connecting: ConnectOptions,
): Promise<Connection> {
  const opening = makeOpening(options, address)
  const inner = await options.below.connect(address, connecting)
  if (opening.limit > 0) return new WebSocketConnection(inner, 'client', opening)
  const head = opening.encode(new Uint8Array(0))
  await requestUpgrade(inner, { head, signal: connecting.signal, check: opening.check })
  return new WebSocketConnection(inner, 'client')
}

function makeOpening(options: WebSocketOptions, address: Address): Opening {
  const { place, earlyData, random = systemRandom } = options
  const key = Buffer.from(random(KEY_BYTES)).toString('base64')
  return {
    limit: earlyData?.bytes ?? 0,
    encode: (early) => {
      const text = encodeEarly(early)
      const inPath = earlyData !== undefined && earlyData.header === undefined
      const inHeader = text !== '' && earlyData?.header !== undefined
      return encodeUpgradeRequest({
        target: inPath ? place.path + text : place.path,
        host: hostFor(address, options),
        headers: place.headers,
        fields: [
          ['Connection', 'Upgrade'],
          ['Upgrade', 'websocket'],
          ['Sec-WebSocket-Version', VERSION],
          ['Sec-WebSocket-Key', key],
          ...(inHeader ? [[earlyData.header ?? EARLY_HEADER, text] as const] : []),
        ],
      })
    },
    // A sub-protocol in the answer echoes early data; some servers do that and some do not.
    check: (fields) => {
      const [accept] = valuesOf(fields, 'sec-websocket-accept')
      if (accept === websocketAccept(key)) return
      throw new Fault('TRANSPORT_UPGRADE', { why: 'Sec-WebSocket-Accept is not the one for our key' })
    },
  }
}

function judge(options: WebSocketOptions, request: RequestFacts): Verdict {
  const { place, earlyData } = options
  const early = findEarly(request, { path: place.path, earlyData })
  const wrong = misplaced(request, { place, prefix: early.inPath })
  if (wrong !== undefined) return wrong
  const [key] = valuesOf(request.fields, 'sec-websocket-key')
  const [version] = valuesOf(request.fields, 'sec-websocket-version')
  if (!request.upgradesTo('websocket')) return refuse(400, 'no upgrade to websocket was asked for')
  if (key === undefined || !isKey(key)) return refuse(400, 'Sec-WebSocket-Key is missing or wrong')
  if (version !== VERSION) return refuse(400, `Sec-WebSocket-Version is ${version ?? 'missing'}`)
  const accept: Field = ['Sec-WebSocket-Accept', websocketAccept(key)]
  return {
    kind: 'accept',
    answer: encodeSwitching([accept, ...early.echo]),
    wrap: (connection) => {
      const made = new WebSocketConnection(connection, 'server')
      if (early.bytes !== undefined) made.unread(early.bytes)
      return made
    },
  }
}

interface FoundEarly {
  readonly bytes?: Uint8Array
  /** Browsers and strict libraries want the header back whose value was taken. */
  readonly echo: readonly Field[]
  readonly inPath: boolean
}

/** The header is looked at in any case, as Xray and mihomo do; the path only where that is configured. */
function findEarly(
  { fields, target }: RequestFacts,
  { path, earlyData }: { path: string; earlyData: EarlyDataConfig | undefined },
): FoundEarly {
  if (earlyData !== undefined && earlyData.bytes > 0 && earlyData.header === undefined) {
    const bytes = target.startsWith(path) ? decodeEarly(target.slice(path.length)) : undefined
    return { echo: [], inPath: bytes !== undefined, ...(bytes && { bytes }) }
  }
  const name = earlyData?.header ?? EARLY_HEADER
  const [text] = valuesOf(fields, name.toLowerCase())
  const bytes = text === undefined ? undefined : decodeEarly(text)
  if (text === undefined || bytes === undefined) return { echo: [], inPath: false }
  return { bytes, echo: [[name, text]], inPath: false }
}

function isKey(key: string): boolean {
  return /^[A-Za-z0-9+/]{22}==$/.test(key)
}
