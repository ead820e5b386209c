/** A VMess outbound on a network in memory, with servers that a test can look into. */
import { makeDestination } from '../../src/address/destination.js'
import type { VmessOutboundUser, VmessServerConfig } from '../../src/config/config.js'
import { DEFAULT_POLICY } from '../../src/config/policy.js'
import type { Connection } from '../../src/contracts/connection.js'
import type { Flow } from '../../src/contracts/flow.js'
import type { Transport } from '../../src/contracts/transport.js'
import { makeVmessOutbound } from '../../src/outbound/vmess.js'
import type { Random } from '../../src/ports/ports.js'
import {
  makeFakeClock,
  makeFakeTicker,
  makeMemoryTransport,
  makeSeededRandom,
  Recorder,
} from '../../src/testing.js'
import { type AcceptedRequest, ServerSession } from '../../src/vmess/server-session.js'
import { SessionHistory } from '../../src/vmess/session-history.js'
import { makeUser } from '../../src/vmess/user.js'
import { UserTable } from '../../src/vmess/user-table.js'
import { FACTS, makeNotingLogger } from './engine-fakes.js'
import { makeMemoryDatagrams, turns } from './inbound-bench.js'

const NOTHING = { add: () => undefined }
const NEVER = new AbortController().signal
const draw = makeSeededRandom(41)

export const CAROL: VmessOutboundUser = {
  uuid: draw(16),
  alterId: 0,
  level: 0,
  email: 'carol@example.com',
  security: 'aes-128-gcm',
  authenticatedLength: false,
  noTerminationSignal: false,
}

export const FLOW: Flow = { ...FACTS, id: 1, destination: makeDestination('www.example.com', 443) }

/** A server at a port of the network, and who connected to it. */
export interface FakeServer {
  readonly port: number
  /** What came to it, in order; each is a recorder that answers an end with an end. */
  readonly clients: Recorder[]
  close(): Promise<void>
}

export function makeOutboundScene(
  options: { readonly random?: Random; readonly wrap?: (inner: Transport) => Transport } = {},
) {
  const { ticker, ...time } = namedTicker()
  const clock = makeFakeClock()
  const random = options.random ?? makeSeededRandom(6)
  const network = makeMemoryTransport()
  const surroundings = {
    clock,
    random,
    logger: makeNotingLogger().logger,
    policy: () => DEFAULT_POLICY,
    datagrams: makeMemoryDatagrams(),
    ticker,
    transport: options.wrap === undefined ? network : options.wrap(network),
    tally: { read: NOTHING, written: NOTHING },
  }
  const listen = async (port: number): Promise<FakeServer> => {
    const clients: Recorder[] = []
    const onConnection = (connection: Connection): void => {
      clients.push(new Recorder(connection))
    }
    const listener = await network.listen({ kind: 'tcp', host: '127.0.0.1', port }, { onConnection })
    return { port, clients, close: () => listener.close() }
  }
  const outboundTo = (servers: readonly VmessServerConfig[]) =>
    makeVmessOutbound(
      {
        tag: 'proxy',
        protocol: 'vmess',
        stream: { network: 'tcp', security: 'none' },
        settings: { servers },
      },
      surroundings,
    )
  return { clock, time, listen, outboundTo, surroundings }
}

function namedTicker() {
  const time = makeFakeTicker()
  return { ticker: time.ticker, advance: time.advance, running: () => time.running }
}

export const serverAt = (port: number, ...users: VmessOutboundUser[]): VmessServerConfig => ({
  address: '127.0.0.1',
  port,
  users: users.length > 0 ? users : [CAROL],
})

/** One outbound, one server, one open connection with its recorder. */
export async function openOne(user: Partial<VmessOutboundUser> = {}) {
  const scene = makeOutboundScene()
  const server = await scene.listen(10086)
  const outbound = scene.outboundTo([serverAt(10086, { ...CAROL, ...user })])
  const open = async (): Promise<Recorder> => new Recorder(await outbound.connect(FLOW, NEVER))
  return { ...scene, server, outbound, open, users: [{ ...CAROL, ...user }] }
}

/** The request that a server has read so far, with the plaintext behind it; undefined while incomplete. */
export function readRequest(bytes: Uint8Array, users: readonly VmessOutboundUser[] = [CAROL]) {
  const clock = makeFakeClock()
  const table = new UserTable(users.map(makeUser), clock)
  const random = makeSeededRandom(17)
  const session = new ServerSession({ users: table, history: new SessionHistory(clock), random })
  session.receive(bytes)
  const request = session.next()
  if (request === undefined) return undefined
  const pieces: Uint8Array[] = []
  const hear = (more: Uint8Array): void => {
    request.uplink.receive(more)
    for (let out = request.uplink.next(); out !== undefined; out = request.uplink.next()) pieces.push(out)
  }
  hear(request.rest)
  return { ...request, pieces, hear, text: () => Buffer.concat(pieces).toString() }
}

/** Waits for the request of a client and gives it. */
export async function requestOf(
  server: FakeServer,
  index = 0,
  users: readonly VmessOutboundUser[] = [CAROL],
) {
  await turns(() => (server.clients[index]?.received ?? 0) > 0)
  const client = server.clients[index]
  const request = client && readRequest(client.bytes(), users)
  if (client === undefined || request === undefined) throw new Error(`no request number ${index}`)
  return { client, request }
}

/** The wire bytes of an answer: header, then plaintext. */
export function answer(request: AcceptedRequest, ...texts: readonly string[]): Uint8Array {
  return Buffer.concat([
    request.responseHead,
    ...texts.flatMap((text) => [...request.downlink.encode(Buffer.from(text))]),
  ])
}
