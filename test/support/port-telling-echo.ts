/** A UDP target that says who it is and from which port it was asked. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

const ID_BYTES = 4
const HEAD_BYTES = ID_BYTES + 4

export interface TellingEcho {
  readonly port: number
  close(): void
}

/** What came back: whose answer it is, and the port that was seen there. */
export interface Told {
  readonly by: number
  readonly seen: number
  readonly rest: Buffer
}

/** Returns the first four bytes, its own port, the port it was asked from, and the bytes after the fourth. */
export async function startTellingEcho(): Promise<TellingEcho> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.on('message', (payload, from) => {
    const head = Buffer.alloc(HEAD_BYTES)
    payload.copy(head, 0, 0, ID_BYTES)
    head.writeUInt16BE(port, ID_BYTES)
    head.writeUInt16BE(from.port, ID_BYTES + 2)
    socket.send(Buffer.concat([head, payload.subarray(ID_BYTES)]), from.port, from.address)
  })
  return { port, close: () => socket.close() }
}

export function readTold(answer: Buffer): Told {
  return {
    by: answer.readUInt16BE(ID_BYTES),
    seen: answer.readUInt16BE(ID_BYTES + 2),
    rest: answer.subarray(HEAD_BYTES),
  }
}
