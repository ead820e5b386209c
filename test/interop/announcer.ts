/**
 * A VMess server that relays nothing: its whole answer to the first request is the command to use
 * another account (protocol §6.2). Then it stops listening.
 */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { VmessUserConfig } from '../../src/config/config.js'
import { nodeBackend } from '../../src/crypto/node-backend.js'
import { systemClock, systemRandom } from '../../src/ports/ports.js'
import { responseKeys, sealResponse } from '../../src/vmess/envelope.js'
import { encodeResponseHeader } from '../../src/vmess/response-header.js'
import { ServerSession } from '../../src/vmess/server-session.js'
import { SessionHistory } from '../../src/vmess/session-history.js'
import { makeUser } from '../../src/vmess/user.js'
import { UserTable } from '../../src/vmess/user-table.js'
import { socksConnect } from '../support/socks-client.js'
import { within } from '../support/within.js'

const ANNOUNCED_WITHIN_MS = 10_000
const ACCOUNT_MINUTES = 200

export interface Account extends VmessUserConfig {
  readonly port: number
}

export interface Announcer {
  readonly port: number
  /** Makes the client behind this SOCKS port ask once; resolves when it was told and the port is closed. */
  announced(socksPort: number): Promise<void>
}

/** Knows `user`, whose header must be AEAD, and hands out `account` at the same address. */
export async function startAnnouncer(user: VmessUserConfig, account: Account): Promise<Announcer> {
  const users = new UserTable([makeUser(user)], systemClock)
  const history = new SessionHistory(systemClock)
  let answered = () => {}
  const done = new Promise<void>((resolve) => {
    answered = resolve
  })
  const server: Server = createServer((socket) => {
    const session = new ServerSession({ users, history, random: systemRandom })
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      session.receive(chunk)
      const request = session.next()
      if (request === undefined) return
      socket.removeAllListeners('data').resume()
      server.close()
      answer(socket, request.header, account)
      answered()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const announced = async (socksPort: number) => {
    const socket = await socksConnect(socksPort, { host: '127.0.0.1', port: account.port })
    socket.resume().write('anything')
    const told = Promise.all([done, once(socket, 'end')])
    await within(ANNOUNCED_WITHIN_MS, 'the account is announced', told)
    socket.destroy()
  }
  return { port: (server.address() as { port: number }).port, announced }
}

function answer(
  socket: Socket,
  request: { readonly bodyKey: Uint8Array; readonly bodyIv: Uint8Array; readonly responseCheck: number },
  { uuid, alterId, level, port }: Account,
): void {
  const header = encodeResponseHeader({
    responseCheck: request.responseCheck,
    options: 0,
    command: { kind: 'switch-account', host: '', port, uuid, alterId, level, minutes: ACCOUNT_MINUTES },
  })
  const keys = responseKeys({ key: request.bodyKey, iv: request.bodyIv })
  socket.end(sealResponse(keys, header, nodeBackend))
}
