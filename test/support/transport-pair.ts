import type { Connection } from '../../src/contracts/connection.js'
import type { Transport } from '../../src/contracts/transport.js'

const NEVER = new AbortController().signal
const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const

/** Two ends of one connection of a transport on loopback; `release` closes the listener it came from. */
export async function makeTransportPair(transport: Transport, other: Transport = transport) {
  let accept: (connection: Connection) => void = () => undefined
  const accepted = new Promise<Connection>((resolve) => {
    accept = resolve
  })
  const listener = await other.listen(LOOPBACK, { onConnection: accept })
  const near = await transport.connect({ ...LOOPBACK, port: listener.endpoint.port }, { signal: NEVER })
  return { near, far: await accepted, release: () => listener.close() }
}
