/**
 * What the traffic of a test is meant for: targets on loopback, TCP on 127.0.0.1 and (where the
 * machine has it) ::1 under the same port, UDP on 127.0.0.1.
 */
import { createHash } from 'node:crypto'
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { freePort } from './free-port.js'
import { patternStream } from './pattern.js'

export const GREETING = '220 speaks first\r\n'
/** What an application adds to the reply that follows its own end. */
export const REPLY_BYTES = 4 * 1024 * 1024
const ID_BYTES = 16

export interface Targets {
  /** Sends `bytes` of the pattern `down` and takes as many, both at once; last of all the digest of what came. */
  readonly exchange: number
  /** Greets before it has heard anything, then echoes. */
  readonly greeter: number
  /** Takes everything up to the end, then answers with its digest and `REPLY_BYTES` of pattern `reply`. */
  readonly untilEnd: number
  /** The same, but begins to answer once it has what a first u32 announces. */
  readonly untilLength: number
  /** Greets, ends its side at once, and goes on listening; see `heard`. */
  readonly farewell: number
  /** Nothing listens here. */
  readonly refusing: number
  /** Two that return each datagram to where it came from. */
  readonly udpEcho: readonly [number, number]
  readonly ipv6: boolean
  /** Digest of what `farewell` was told after its end, up to the speaker's; the first 16 bytes name it. */
  heard(id: Buffer): Promise<string>
  stop(): Promise<void>
}

export async function startTargets(bytes: number): Promise<Targets> {
  const servers: Server[] = []
  const open = new Set<Socket>()
  const ipv6 = await hasIpv6()
  const listen = async (serve: (socket: Socket) => void): Promise<number> => {
    const port = await freePort()
    for (const host of ipv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        open.add(socket)
        socket.once('close', () => open.delete(socket))
        socket.on('error', () => socket.destroy())
        serve(socket)
      })
      server.listen({ port, host })
      await once(server, 'listening')
      servers.push(server)
    }
    return port
  }
  const farewells = makeFarewells()
  const echoes = await Promise.all([startUdpEcho(), startUdpEcho()])
  return {
    exchange: await listen((socket) => exchange(socket, bytes)),
    greeter: await listen(greet),
    untilEnd: await listen(replyAfterEnd),
    untilLength: await listen(replyAfterLength),
    farewell: await listen(farewells.serve),
    refusing: await freePort(),
    udpEcho: [echoes[0].address().port, echoes[1].address().port],
    ipv6,
    heard: farewells.heard,
    stop: async () => {
      for (const socket of open) socket.destroy()
      for (const echo of echoes) echo.close()
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
    },
  }
}

/** Whether ::1 can be listened on here. */
export async function hasIpv6(): Promise<boolean> {
  return freePort('::1').then(
    () => true,
    () => false,
  )
}

function exchange(socket: Socket, bytes: number): void {
  const hash = createHash('sha256')
  let left = bytes
  const sent = new Promise<void>((resolve) => {
    patternStream('down', bytes).once('end', resolve).pipe(socket, { end: false })
  })
  socket.on('data', (chunk: Buffer) => {
    hash.update(chunk)
    left -= chunk.length
    if (left === 0) void sent.then(() => socket.end(hash.digest()))
  })
}

function greet(socket: Socket): void {
  socket.write(GREETING)
  socket.pipe(socket)
}

function replyAfterEnd(socket: Socket): void {
  const hash = createHash('sha256')
  socket.on('data', (chunk: Buffer) => hash.update(chunk))
  socket.on('end', () => reply(socket, hash.digest()))
}

function replyAfterLength(socket: Socket): void {
  let taken = Buffer.alloc(0)
  const onData = (chunk: Buffer) => {
    taken = Buffer.concat([taken, chunk])
    if (taken.length < 4 || taken.length < 4 + taken.readUInt32BE()) return
    socket.off('data', onData)
    reply(socket, createHash('sha256').update(taken).digest())
  }
  socket.on('data', onData)
}

function reply(socket: Socket, digest: Buffer): void {
  socket.write(digest)
  patternStream('reply', REPLY_BYTES).pipe(socket)
}

function makeFarewells() {
  const results = new Map<string, string>()
  const waiting = new Map<string, (digest: string) => void>()
  const serve = (socket: Socket) => {
    socket.end(GREETING)
    const parts: Buffer[] = []
    socket.on('data', (chunk: Buffer) => parts.push(chunk))
    socket.on('close', () => {
      const all = Buffer.concat(parts)
      const id = all.subarray(0, ID_BYTES).toString('hex')
      const digest = createHash('sha256').update(all).digest('hex')
      results.set(id, digest)
      waiting.get(id)?.(digest)
    })
    socket.on('end', () => socket.destroy())
  }
  const heard = (id: Buffer) =>
    new Promise<string>((resolve) => {
      const known = results.get(id.toString('hex'))
      if (known === undefined) waiting.set(id.toString('hex'), resolve)
      else resolve(known)
    })
  return { serve, heard }
}

async function startUdpEcho(): Promise<UdpSocket> {
  const socket = createSocket('udp4')
  socket.on('message', (payload, { port, address }) => socket.send(payload, port, address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}
