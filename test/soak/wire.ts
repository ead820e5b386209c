/** What lies between the hops: relays on loopback whose connections can be cut at any time. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface WireEnds {
  /** Where the client hop finds the server hop. */
  readonly port: number
  /** Where the server hop is. */
  readonly target: number
}

export interface Wire {
  /** Cuts one connection, the `dice`-th of those that are open; false when there is none. */
  cut(dice: number): boolean
  stop(): void
}

export function startWire(kind: 'tcp' | 'udp', ends: WireEnds): Promise<Wire> {
  return kind === 'tcp' ? startTcpWire(ends) : startUdpWire(ends)
}

async function startTcpWire({ port, target }: WireEnds): Promise<Wire> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('error', () => undefined)
      from.on('close', () => {
        to.destroy()
        pairs.delete(pair)
      })
      from.pipe(to)
    }
  })
  server.listen({ port, host: '127.0.0.1', backlog: 1024 })
  await once(server, 'listening')
  return {
    cut: (dice) => {
      const pair = [...pairs][dice % Math.max(1, pairs.size)]
      if (pair === undefined) return false
      // By turns: a reset at one side, an end in the middle of everything at both.
      if (dice % 2 === 0) pair[0].resetAndDestroy()
      else for (const socket of pair) socket.destroySoon()
      return true
    },
    stop: () => {
      server.close()
      for (const pair of pairs) for (const socket of pair) socket.destroy()
    },
  }
}

/** One packet in `LOSS` is lost; a cut conversation is never heard of again. */
const LOSS = 200
const RECEIVE_BUFFER = 4 * 1024 * 1024
/** Longer than either end waits for the other: the port may be of another conversation then. */
const FORGET_MS = 45_000

interface Path {
  readonly socket: UdpSocket
  usedAt: number
  cut: boolean
}

async function startUdpWire({ port, target }: WireEnds): Promise<Wire> {
  const paths = new Map<number, Path>()
  const front = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER })
  let count = 0
  const passes = (path: Path): boolean => !path.cut && count++ % LOSS !== LOSS - 1
  const open = (client: number): Path => {
    forgetOld(paths)
    const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER })
    const path = { socket, usedAt: performance.now(), cut: false }
    socket.on('message', (packet) => {
      if (passes(path)) front.send(packet, client, '127.0.0.1', () => undefined)
    })
    socket.on('error', () => undefined)
    paths.set(client, path)
    return path
  }
  front.on('message', (packet, { port: client }) => {
    const path = paths.get(client) ?? open(client)
    if (!path.cut) path.usedAt = performance.now()
    if (passes(path)) path.socket.send(packet, target, '127.0.0.1', () => undefined)
  })
  front.bind(port, '127.0.0.1')
  await once(front, 'listening')
  return {
    cut: (dice) => {
      const live = [...paths.values()].filter((path) => !path.cut)
      const path = live[dice % Math.max(1, live.length)]
      if (path !== undefined) path.cut = true
      return path !== undefined
    },
    stop: () => {
      for (const socket of [front, ...[...paths.values()].map((path) => path.socket)]) socket.close()
    },
  }
}

function forgetOld(paths: Map<number, Path>): void {
  const now = performance.now()
  for (const [client, path] of paths) {
    if (now - path.usedAt < FORGET_MS) continue
    paths.delete(client)
    path.socket.close()
  }
}
