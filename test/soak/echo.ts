/**
 * The far end of every flow: it compares what comes with the pattern of the flow's name, and only what
 * is right goes back. So a byte that has come back was acknowledged, and was right on its way there.
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { hiddenReset } from '../../src/transport/hidden-reset.js'
import { PatternCheck } from '../support/pattern-check.js'

/** `name`, 8 bytes, then the length, u32. */
export const HEAD_BYTES = 12
export const NAME_BYTES = 8

/** What is expected of a flow at its far end. */
export interface Expected {
  readonly name: string
  readonly bytes: number
  /** The far end dies once it has taken so many bytes. */
  readonly targetDiesAt: number | undefined
  /** Told when it has died. */
  died(): void
  /** Told of what should never be. */
  wrong(why: string): void
}

export interface EchoTarget {
  readonly port: number
  stop(): Promise<void>
}

export async function startEchoTarget(flows: ReadonlyMap<string, Expected>): Promise<EchoTarget> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket, flows)
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 })
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const stop = (): Promise<void> => {
    for (const socket of open) socket.destroy()
    return new Promise((done) => server.close(() => done()))
  }
  return { port, stop }
}

function serve(socket: Socket, flows: ReadonlyMap<string, Expected>): void {
  let head = Buffer.alloc(0)
  const onHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk])
    if (head.length < HEAD_BYTES) return
    socket.off('data', onHead)
    const flow = flows.get(head.toString('latin1', 0, NAME_BYTES))
    // A flow that its application has given up may still arrive.
    if (flow === undefined || head.readUInt32BE(NAME_BYTES) !== flow.bytes) {
      socket.destroy()
      return
    }
    echo(socket, flow, head.subarray(HEAD_BYTES))
  }
  socket.on('data', onHead)
  socket.on('end', () => socket.end())
}

function echo(socket: Socket, flow: Expected, first: Buffer): void {
  const check = new PatternCheck(flow.name, flow.bytes)
  let taken = 0
  socket.on('end', () => {
    if (!check.complete && hiddenReset(socket) === undefined)
      flow.wrong(`at the target an end after ${taken} bytes`)
  })
  const take = (chunk: Buffer): void => {
    try {
      check.take(chunk)
    } catch (error) {
      flow.wrong(`at the target ${(error as Error).message}`)
      socket.resetAndDestroy()
      return
    }
    taken += chunk.length
    if (flow.targetDiesAt !== undefined && taken >= flow.targetDiesAt) {
      flow.died()
      socket.resetAndDestroy()
      return
    }
    if (!socket.write(chunk)) socket.pause()
  }
  socket.on('drain', () => socket.resume())
  socket.on('data', take)
  if (first.length > 0) take(first)
}
