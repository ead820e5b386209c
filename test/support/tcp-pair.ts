import type { Connection } from '../../src/contracts/connection.js'
import { makeTcpTransport, type TcpOptions } from '../../src/transport/tcp.js'

const NEVER = new AbortController().signal
const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const

/** Two ends of one tcp connection on loopback; `release` closes the listener it came from. */
export async function makeTcpPair(options: TcpOptions = {}) {
  const transport = makeTcpTransport(options)
  let accept: (connection: Connection) => void = () => undefined
  const accepted = new Promise<Connection>((resolve) => {
    accept = resolve
  })
  const listener = await transport.listen(LOOPBACK, { onConnection: accept })
  const near = await transport.connect({ ...LOOPBACK, port: listener.endpoint.port }, { signal: NEVER })
  return { near, far: await accepted, release: () => listener.close() }
}
