/** Raw visitors of a WebSocket or HTTPUpgrade server of ours, over a network in memory. */
import type { EarlyDataConfig, HttpPlaceConfig } from '../../src/config/config.js'
import type { Fault } from '../../src/faults/fault.js'
import { makeMemoryTransport, Recorder } from '../../src/testing.js'
import { makeWebSocketTransport } from '../../src/transport/websocket.js'

export const NEVER = new AbortController().signal
export const PLACE = { kind: 'tcp', host: 'server', port: 80 } as const
const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
/** The answer to `KEY` (RFC 6455 §1.3). */
export const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
export const UPGRADE = [
  'Connection: keep-alive, Upgrade',
  'Upgrade: WebSocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${KEY}`,
]

export interface VisitOptions {
  readonly place?: Partial<HttpPlaceConfig>
  readonly earlyData?: EarlyDataConfig
}

export const settings = ({ place, earlyData }: VisitOptions) => ({
  place: { path: '/ray', headers: {}, ...place },
  secure: false,
  earlyData,
})

/** A server of ours and a raw connection to it. */
export async function visit(options: VisitOptions = {}, make = makeWebSocketTransport) {
  const below = makeMemoryTransport()
  const faults: Fault[] = []
  const accepted: Recorder[] = []
  const listener = await make({ below, ...settings(options) }).listen(PLACE, {
    onConnection: (connection) => accepted.push(new Recorder(connection)),
    onFault: (fault) => faults.push(fault),
  })
  const raw = new Recorder(await below.connect(PLACE, { signal: NEVER }))
  const say = (text: string): void => {
    raw.connection.write(Buffer.from(text, 'latin1'))
  }
  return { raw, say, faults, accepted, listener }
}

export const request = (target: string, lines: readonly string[] = UPGRADE, host = 'a.example'): string =>
  `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
export const textOf = ({ chunks }: Recorder): string => Buffer.concat(chunks).toString('latin1')

/** A frame with a mask of zeros, which changes nothing. */
export function frame(
  opcode: number,
  payload: Uint8Array,
  { fin = true, masked = true, claim = payload.length } = {},
): Uint8Array {
  const head = Buffer.alloc(14)
  const long = claim > 125
  head[0] = (fin ? 0x80 : 0) | opcode
  head[1] = (masked ? 0x80 : 0) | (long ? 127 : claim)
  if (long) head.writeBigUInt64BE(BigInt(claim), 2)
  return Buffer.concat([head.subarray(0, (long ? 10 : 2) + (masked ? 4 : 0)), payload])
}

export async function openVisit(options: VisitOptions = {}) {
  const visitor = await visit(options)
  visitor.say(request('/ray'))
  await visitor.raw.until('the answer came', () => textOf(visitor.raw).includes('\r\n\r\n'))
  const far = visitor.accepted[0] as Recorder
  return { ...visitor, far }
}
