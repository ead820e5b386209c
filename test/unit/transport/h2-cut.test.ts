/** What an HTTP/2 session does when the network under it ends in the middle of everything. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { DEFAULT_H2 } from '../../../src/config/h2-settings.js'
import type { Connection } from '../../../src/contracts/connection.js'
import { makeH2Transport } from '../../../src/transport/h2.js'
import { makeAuthority } from '../../support/certificates.js'

const NEVER = new AbortController().signal
const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const STREAMS = 8
const ROUNDS = 8
const BEAT_MS = 50
const BUSY_BYTES = 3_000_000
const BLOCK = 65_536

/** Passes everything on until `cut` ends both sides. */
async function startWire(target: number) {
  const sockets: Socket[] = []
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) socket.on('error', () => undefined)
    sockets.push(near, far)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    server.close()
    for (const socket of sockets) socket.destroySoon()
  }
  return { port: (server.address() as { port: number }).port, cut }
}

const authority = await makeAuthority()
const { certificate, key } = await authority.issue(['127.0.0.1'])
const TLS = {
  allowInsecure: false,
  disableSystemRoot: true,
  certificates: [
    { usage: 'encipherment', certificate: { pem: certificate }, key: { pem: key } },
    { usage: 'verify', certificate: { pem: authority.certificate } },
  ],
} as const

/** Beats fast, so that nobody waits for it. */
const ticker = (_: number, onTick: () => void): (() => void) => {
  const timer = setInterval(onTick, BEAT_MS)
  return () => {
    clearInterval(timer)
  }
}

/** Node forgets about a failed write under TLS in about every second round. */
it.each([
  ['plain', undefined],
  ['TLS', TLS],
] as const)('%s: every stream of a busy session is told, at both ends', async (_, tls) => {
  for (let round = 0; round < ROUNDS; round++) {
    const transport = makeH2Transport(DEFAULT_H2, { tls, ticker })
    const server = { open: 0, closed: 0 }
    const client = { received: 0, closed: 0 }
    const listener = await transport.listen(LOOPBACK, {
      onConnection: (connection) => {
        server.open++
        echo(connection, () => {
          server.closed++
        })
      },
    })
    const wire = await startWire(listener.endpoint.port)
    for (let i = 0; i < STREAMS; i++) {
      pump(await transport.connect({ ...LOOPBACK, port: wire.port }, { signal: NEVER }), client)
    }
    const busy = BUSY_BYTES + round * 2 * BLOCK
    while (client.received < busy) await new Promise(setImmediate)
    wire.cut()
    await expect.poll(() => client.closed, { timeout: 5_000 }).toBe(STREAMS)
    await expect.poll(() => server.open - server.closed, { timeout: 5_000 }).toBe(0)
    await listener.close()
  }
})

function echo(connection: Connection, onClose: () => void): void {
  connection.start({
    onData: (bytes, lender) => {
      if (!connection.write(bytes, lender)) connection.pause()
    },
    onEnd: () => connection.end(),
    onDrain: () => connection.resume(),
    onClose,
  })
}

/** Sends as much as there is room for. */
function pump(connection: Connection, seen: { received: number; closed: number }): void {
  let open = true
  const send = (): void => {
    let room = open
    while (room) room = connection.write(new Uint8Array(BLOCK)) && open
  }
  connection.start({
    onData: (bytes) => {
      seen.received += bytes.length
    },
    onEnd: () => undefined,
    onDrain: send,
    onClose: () => {
      open = false
      seen.closed++
    },
  })
  send()
}
