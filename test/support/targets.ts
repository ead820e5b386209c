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
const NAME_BYTES = 16
const FAREWELL_HEAD_BYTES = NAME_BYTES + 4

export interface Targets {
  /** Sends `bytes` of the pattern `down` and takes as many, both at once; last of all the digest of what came. */
  readonly exchange: number
  /** Greets before it has heard anything, then echoes. */
  readonly greeter: number
  /** Takes everything up to the end, then answers with its digest and `REPLY_BYTES` of pattern `reply`. */
  readonly untilEnd: number
  /** The same, but begins to answer once it has what a first u32 announces. */
  readonly untilLength: number
  /** Greets, ends its side at once, and goes on listening: to a name, a u32 of length, and so many bytes. */
  readonly farewell: number
  /** Nothing listens here. */
  readonly refusing: number
  /** Two that return each datagram to where it came from. */
  readonly udpEcho: readonly [number, number]
  readonly ipv6: boolean
  /** Digest of all that `farewell` was told under this name of 16 bytes, once that is complete or has ended. */
  heard(name: Buffer): Promise<string>
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
    let taken = Buffer.alloc(0)
    const settle = () => {
      const name = taken.toString('hex', 0, NAME_BYTES)
      const digest = createHash('sha256').update(taken).digest('hex')
      results.set(name, digest)
      waiting.get(name)?.(digest)
    }
    socket.end(GREETING)
    socket.on('data', (chunk: Buffer) => {
      taken = Buffer.concat([taken, chunk])
      if (taken.length < FAREWELL_HEAD_BYTES) return
      if (taken.length >= FAREWELL_HEAD_BYTES + taken.readUInt32BE(NAME_BYTES)) settle()
    })
    socket.on('end', () => socket.destroy())
    socket.on('close', settle)
  }
  const heard = (name: Buffer) =>
    new Promise<string>((resolve) => {
      const known = results.get(name.toString('hex'))
      if (known === undefined) waiting.set(name.toString('hex'), resolve)
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
