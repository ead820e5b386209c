/**
 * The place where measured traffic ends, as a process of its own. Each connection begins with one
 * order: a letter and the number of bytes (u64).
 *
 *   U  take that many bytes, then answer with one byte
 *   D  send that many bytes, then end
 *   S  as U, but do not read for the first two seconds
 *   I  answer with one byte, then stay idle
 */
import { createServer, type Socket } from 'node:net'

const BLOCK = Buffer.alloc(256 * 1024, 0x5a)
const ORDER_BYTES = 9
const STALL_MS = 2_000

const server = createServer({ allowHalfOpen: false, highWaterMark: 256 * 1024 }, (socket) => {
  socket.on('error', () => socket.destroy())
  let head: Buffer = Buffer.alloc(0)
  const onHead = (chunk: Buffer) => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
    if (head.length < ORDER_BYTES) return
    socket.off('data', onHead)
    obey(socket, head)
  }
  socket.on('data', onHead)
})

function obey(socket: Socket, head: Buffer): void {
  const order = String.fromCharCode(head[0] as number)
  const count = Number(head.readBigUInt64BE(1))
  switch (order) {
    case 'D':
      send(socket, count)
      break
    case 'I':
      socket.write('.')
      break
    case 'S':
      take(socket, count - (head.length - ORDER_BYTES))
      socket.pause()
      setTimeout(() => socket.resume(), STALL_MS)
      break
    default:
      take(socket, count - (head.length - ORDER_BYTES))
  }
}

function take(socket: Socket, count: number): void {
  let left = count
  socket.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left === 0) socket.write('.')
  })
  if (left === 0) socket.write('.')
}

function send(socket: Socket, count: number): void {
  let left = count
  const more = () => {
    while (left > 0) {
      const block = left >= BLOCK.length ? BLOCK : BLOCK.subarray(0, left)
      left -= block.length
      if (!socket.write(block)) return
    }
    socket.off('drain', more)
    socket.end()
  }
  socket.on('drain', more)
  more()
}

server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, () => {
  process.send?.((server.address() as { port: number }).port)
})
process.on('disconnect', () => process.exit(0))
