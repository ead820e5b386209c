/** The way around the server's own sockets, and that it is taken only where it leads somewhere. */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { expect, it, vi } from 'vitest'
import { takeAccepted } from '../../../src/transport/static-read.js'
import { turns } from '../../support/inbound-bench.js'

const fakeServer = (_handle: object | null): Server => ({ _handle }) as unknown as Server

it.each([
  ['a server without a handle', null],
  ['a handle that tells nothing', {}],
])('%s is left alone', (_, handle) => {
  const onAccepted = vi.fn()
  takeAccepted(fakeServer(handle), onAccepted)
  expect(onAccepted).not.toHaveBeenCalled()
  expect(handle === null || Object.keys(handle).length === 0).toBe(true)
})

it.each([
  ['a failed accept', -24, undefined],
  ['a handle that cannot read into given memory', 0, {}],
])('%s goes the way of the server', (_, status, accepted) => {
  const onAccepted = vi.fn()
  const onconnection = vi.fn()
  const handle = { onconnection }
  takeAccepted(fakeServer(handle), onAccepted)
  handle.onconnection(status, accepted)
  expect(onconnection).toHaveBeenCalledWith(status, accepted)
  expect(onAccepted).not.toHaveBeenCalled()
})

it('of a real server every connection is taken, and no socket is built twice', async () => {
  const server = createServer()
  const built = vi.fn()
  server.on('connection', built)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const taken: { abort(): void }[] = []
  takeAccepted(server, (connection) => taken.push(connection))
  const { port } = server.address() as { port: number }
  const sockets = [1, 2, 3].map(() => connect(port, '127.0.0.1'))
  await turns(() => taken.length === 3, 5_000)
  expect(built).not.toHaveBeenCalled()
  for (const one of taken) one.abort()
  await Promise.all(sockets.map((socket: Socket) => socket.closed || once(socket, 'close')))
  server.close()
  await once(server, 'close')
})
