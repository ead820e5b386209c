import type { KcpConfig } from '../../src/config/config.js'
import type { Connection } from '../../src/contracts/connection.js'
import type { Transport } from '../../src/contracts/transport.js'

const NEVER = new AbortController().signal
const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const

/** What V2Ray runs when `kcpSettings` are empty. */
export const KCP_DEFAULTS: KcpConfig = {
  network: 'kcp',
  header: 'none',
  mtu: 1350,
  ttiMs: 50,
  uplinkCapacity: 5,
  downlinkCapacity: 20,
  congestion: false,
  readBuffer: 2 * 1024 * 1024,
  writeBuffer: 2 * 1024 * 1024,
}

/** Both ends of a connection on loopback; `through` is the port to dial for one that listens. */
export async function makeKcpPair(
  transport: Transport,
  through: (port: number) => Promise<number> = (port) => Promise.resolve(port),
): Promise<{ client: Connection; server: Connection; release: () => Promise<void> }> {
  let accept: (connection: Connection) => void = () => undefined
  const accepted = new Promise<Connection>((resolve) => {
    accept = resolve
  })
  const listener = await transport.listen(LOOPBACK, { onConnection: accept })
  const port = await through(listener.endpoint.port)
  const client = await transport.connect({ ...LOOPBACK, port }, { signal: NEVER })
  return { client, server: await accepted, release: () => listener.close() }
}
