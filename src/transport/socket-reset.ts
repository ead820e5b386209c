/**
 * Closes a socket by a reset, so that the peer cannot take it for an end. Node does that for plain tcp sockets;
 * for one under TLS it takes a field that is not documented. Hence this one small file: where a Node does not
 * have it, and on unix sockets, which know no reset, the socket is closed.
 */
import type { Socket } from 'node:net'

/** What Node calls to close a tcp socket under TLS, and what it would call to reset it. */
interface Closable {
  close: (done?: () => void) => void
  readonly reset: (done?: () => void) => void
}

export function resetSocket(socket: Socket): void {
  const handle = fieldOf(socket, '_handle')
  const below = fieldOf(handle, '_parent')
  if (isClosable(below)) {
    below.close = below.reset
    socket.destroy()
  } else if (isClosable(handle)) socket.resetAndDestroy()
  else socket.destroy()
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function isClosable(handle: unknown): handle is Closable {
  return typeof fieldOf(handle, 'reset') === 'function' && typeof fieldOf(handle, 'close') === 'function'
}
