/**
 * TLS sockets that a server accepted, read into the shared buffer. Node offers that (`onread`) only for
 * those it opens; what it does for them is done here to the others, through two fields that are not
 * documented. Hence this one small file: where a Node does not have them, reads arrive as `'data'` events.
 */
import type { Socket } from 'node:net'
import type { Tally } from '../contracts/transport.js'
import { READ_BYTES, readBuffer, readBufferLender } from './read-buffer.js'
import { eventConnection, type ReadMode } from './static-read.js'
import { TcpConnection } from './tcp-connection.js'

/** Where a socket keeps the two halves of its option `onread`. */
interface ReadFields {
  readonly buffer: symbol
  readonly callback: symbol
}

/** The connection of a paused TLS socket that nobody has read from. */
export function adoptSecure(socket: Socket, tally: Tally | undefined, mode: ReadMode): TcpConnection {
  const fields = mode === 'static' ? readFields(socket) : undefined
  const handle = handleOf(socket)
  // What was read already is with the socket, and comes from there.
  if (fields === undefined || handle === undefined || socket.readableLength > 0) {
    return eventConnection(socket, tally)
  }
  const connection = new TcpConnection(socket, tally)
  Object.assign(socket, {
    [fields.buffer]: readBuffer,
    [fields.callback]: (length: number) => {
      connection.read(length === READ_BYTES ? readBuffer : readBuffer.subarray(0, length), readBufferLender)
      return true
    },
  })
  handle.useUserBuffer(readBuffer)
  // Again, now that this stops the handle rather than the stream.
  socket.pause()
  return connection
}

interface Handle {
  useUserBuffer(buffer: Uint8Array): void
}

function handleOf(socket: Socket): Handle | undefined {
  const handle: unknown = '_handle' in socket ? socket._handle : undefined
  const has = typeof handle === 'object' && handle !== null && 'useUserBuffer' in handle
  return has && typeof handle.useUserBuffer === 'function' ? (handle as Handle) : undefined
}

/** Both are there and empty, or this Node does it in some other way. */
function readFields(socket: Socket): ReadFields | undefined {
  const symbols = Object.getOwnPropertySymbols(socket)
  const named = (name: string) =>
    symbols.find((symbol) => symbol.description === name && Reflect.get(socket, symbol) === null)
  const buffer = named('kBuffer')
  const callback = named('kBufferCb')
  return buffer === undefined || callback === undefined ? undefined : { buffer, callback }
}
