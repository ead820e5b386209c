/** A TLS server that says nothing, for those who look at its certificate. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import type { TestCertificate } from './certificates.js'

export interface StartedTls {
  readonly port: number
  /** `127.0.0.1:PORT` */
  readonly place: string
  stop(): void
}

export async function startTls(
  { certificate, key }: TestCertificate,
  alpn: string[] = [],
): Promise<StartedTls> {
  const server = createServer({ cert: certificate, key, ALPNProtocols: alpn }, (socket) => {
    socket.on('error', () => undefined)
    socket.end()
  })
  // Visitors that do not like the certificate leave in the middle of it.
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, place: `127.0.0.1:${port}`, stop: () => void server.close() }
}
