/** A UDP relay on loopback that loses and delays packets, both ways. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { makeSeededRandom } from '../../src/testing.js'

export interface LossyRelay {
  readonly port: number
  /** Packets that came, and how many of them were lost. */
  readonly counts: { readonly came: number; readonly lost: number }
  stop(): void
}

export interface LossyRelayOptions {
  /** Where packets of clients go; on 127.0.0.1. */
  readonly target: number
  /** 0 to 1, each way. */
  readonly loss: number
  /** Each way. */
  readonly delayMs: number
}

export async function startLossyRelay({ target, loss, delayMs }: LossyRelayOptions): Promise<LossyRelay> {
  const random = makeSeededRandom(5)
  const counts = { came: 0, lost: 0 }
  const upstream = new Map<number, Socket>()
  const front = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
  let stopped = false
  const pass = (send: () => void): void => {
    counts.came++
    const [high = 0, low = 0] = random(2)
    if (high * 256 + low < loss * 65_536) counts.lost++
    else setTimeout(() => stopped || send(), delayMs)
  }
  const open = (client: number): Socket => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
    socket.on('message', (packet) => pass(() => front.send(packet, client, '127.0.0.1')))
    upstream.set(client, socket)
    return socket
  }
  front.on('message', (packet, { port }) => {
    const socket = upstream.get(port) ?? open(port)
    pass(() => socket.send(packet, target, '127.0.0.1'))
  })
  front.bind(0, '127.0.0.1')
  await once(front, 'listening')
  const stop = (): void => {
    stopped = true
    for (const socket of [front, ...upstream.values()]) socket.close()
  }
  return { port: front.address().port, counts, stop }
}
