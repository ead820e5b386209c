/**
 * Transfers whose every byte is compared at both ends. A connection begins with its name, eight
 * bytes; the target answers with one byte and waits. Then the pattern `up NAME` goes one way and
 * `down NAME` the other, both at once, and the target ends when both are through.
 */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { pattern } from '../support/pattern.js'
import { PatternCheck } from '../support/pattern-check.js'

const NAME_BYTES = 8
const READY = '!'

export interface VerifyingTarget {
  readonly port: number
  close(): Promise<void>
}

/** Takes and gives `bytes` on each connection; resets one that differs. */
export async function startVerifyingTarget(bytes: number): Promise<VerifyingTarget> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('readable', () => void serve(socket, bytes).catch(() => socket.resetAndDestroy()))
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 })
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { port, close: () => new Promise((done) => server.close(() => done())) }
}

async function serve(socket: Socket, bytes: number): Promise<void> {
  const name = (socket.read(NAME_BYTES) as Buffer).toString()
  socket.write(READY)
  await Promise.all([
    receive(socket, new PatternCheck(`up ${name}`, bytes)),
    send(socket, `down ${name}`, bytes),
  ])
  socket.end()
}

export interface OpenTransfer {
  /** Moves all bytes both ways. Rejects when one differs or is missing. */
  run(): Promise<void>
}

/** Connects and waits until the target is reached: from then on the chain stands. */
export async function openTransfer(port: number, name: string, bytes: number): Promise<OpenTransfer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  socket.write(name)
  while (socket.read(1) === null) {
    if (socket.destroyed || socket.readableEnded) throw new Error(`${name} was closed before it began`)
    await Promise.race([once(socket, 'readable'), once(socket, 'close')])
  }
  const run = async () => {
    await Promise.all([
      receive(socket, new PatternCheck(`down ${name}`, bytes)),
      send(socket, `up ${name}`, bytes),
    ])
    await ended(socket)
    socket.end()
  }
  return { run }
}

function receive(socket: Socket, check: PatternCheck): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.destroy()
      reject(error)
    }
    socket.on('close', () => reject(new Error('closed before all bytes had come')))
    socket.on('data', (chunk: Buffer) => {
      try {
        check.take(chunk)
        if (check.complete) resolve()
      } catch (error) {
        fail(error as Error)
      }
    })
  })
}

async function send(socket: Socket, seed: string, bytes: number): Promise<void> {
  for (const block of pattern(seed, bytes)) {
    if (socket.destroyed) throw new Error('closed before all bytes had gone')
    if (!socket.write(block)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
  }
}

function ended(socket: Socket): Promise<void> {
  if (socket.readableEnded) return Promise.resolve()
  return new Promise((resolve, reject) => {
    socket.once('end', resolve)
    socket.once('close', () => reject(new Error('closed without an end')))
  })
}
