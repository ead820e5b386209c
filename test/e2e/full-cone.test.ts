/**
 * UDP of a SOCKS client as from one socket of its own (full cone): all peers see one address of it, and
 * whoever sends there reaches it. Client and server are ours, over loopback.
 */
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/v2ray-json.js'
import { type Instance, startInstance } from '../../src/engine/instance.js'
import { freePorts } from '../support/free-port.js'
import { silentLogger } from '../support/silent-logger.js'
import { type SocksUdp, socksUdp } from '../support/socks-client.js'
import { socksInbound, type V2rayConfig, v2rayClient, v2rayServer } from '../support/v2ray-config.js'

const USER = { id: 'b831381d-6324-4d53-ad4f-8cda48b30811', alterId: 0, security: 'aes-128-gcm' }
const LOOPBACK = '127.0.0.1'
/** Enough of a datagram to know it again. */
const NAME_BYTES = 4

const FORMS = [
  ['xudp', { enabled: false }],
  ['xudp', { enabled: true, concurrency: 8 }],
  ['xudp', { enabled: true, concurrency: -1, xudpConcurrency: 2 }],
  ['packet', { enabled: false }],
  ['packet', { enabled: true, concurrency: 8 }],
] as const

/** A UDP socket that answers, and remembers from where it was asked. */
class Peer {
  readonly socket: Socket = createSocket('udp4')
  askedFrom = 0

  async start(): Promise<this> {
    this.socket.on('message', (payload, { port, address }) => {
      this.askedFrom = port
      this.socket.send(payload, port, address)
    })
    this.socket.bind(0, LOOPBACK)
    await once(this.socket, 'listening')
    return this
  }

  get place() {
    return { host: LOOPBACK, port: this.socket.address().port }
  }
}

describe.each(FORMS)('%s with mux %j', (packetEncoding, mux) => {
  const instances: Instance[] = []
  const peers: Peer[] = []
  let association: SocksUdp

  beforeAll(async () => {
    const [serverPort, socksPort] = (await freePorts(2)) as [number, number]
    const client = v2rayClient(socksInbound(socksPort), { port: serverPort, user: USER })
    const outbounds = client.outbounds.map((outbound) => ({
      ...outbound,
      mux,
      settings: { ...(outbound as { settings: object }).settings, packetEncoding },
    }))
    await start(v2rayServer(serverPort, [USER]))
    await start({ ...client, outbounds })
    association = await socksUdp(socksPort)
    for (let i = 0; i < 3; i++) peers.push(await new Peer().start())
  })

  afterAll(async () => {
    association.close()
    for (const { socket } of peers) socket.close()
    await Promise.all(instances.map((instance) => instance.stop({ graceMs: 0 })))
  })

  async function start(config: V2rayConfig): Promise<void> {
    const parsed = parseConfig(JSON.stringify(config), { file: 'full-cone.json' }).config
    instances.push(await startInstance(parsed, { logger: silentLogger }))
  }

  it('two peers answer one source, and a third that was never asked reaches it', async () => {
    const [first, second, third] = peers as [Peer, Peer, Peer]
    for (const peer of [first, second]) {
      const question = randomBytes(1_400)
      const [answer, source] = await Promise.all([
        association.ask(peer.place, question),
        association.sourceOf(question.subarray(0, NAME_BYTES)),
      ])
      expect(answer.equals(question)).toBe(true)
      expect(source).toEqual(peer.place)
    }
    expect(second.askedFrom).toBe(first.askedFrom)

    const call = randomBytes(100)
    const heard = association.sourceOf(call)
    third.socket.send(call, first.askedFrom, LOOPBACK)
    expect(await heard).toEqual(third.place)
  })

  it('a name is reached as well', async () => {
    const [first] = peers as [Peer]
    const question = randomBytes(200)
    const answer = await association.ask({ host: 'localhost', port: first.place.port }, question)
    expect(answer.equals(question)).toBe(true)
  })
})
