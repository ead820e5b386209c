/**
 * Sockets that read into the shared buffer. Node offers that for sockets we open (`onread`); an
 * accepted socket gets it only when a new `Socket` is built on its handle, which is not documented.
 * Hence this one small file: where a Node does not have the handle, reads arrive as `'data'` events.
 */
import { type OnReadOpts, type Server, Socket, type SocketConstructorOpts } from 'node:net'
import type { Lender } from '../contracts/connection.js'
import type { Tally } from '../contracts/transport.js'
import { setTcpHabits } from './sockets.js'
import { READ_BYTES, readBuffer, readBufferLender } from './read-buffer.js'
import { TcpConnection, WRITE_HIGH_WATER } from './tcp-connection.js'

/** What Node's constructor takes beside its documented options. */
interface SocketOptions extends SocketConstructorOpts {
  readonly onread: OnReadOpts
  readonly handle: object | undefined
  readonly highWaterMark: number
  /** Not to begin with a read. */
  readonly manualStart: boolean
  /**
   * What the constructor sets in any case, on a copy of the options. Setting what is there already leaves the copy its
   * shape; V8 of Node 20 gives each copy that grows a shape of its own, and making a socket then took 8 µs, not 0.6.
   */
  readonly emitClose: false
  readonly autoDestroy: true
  readonly decodeStrings: false
}

interface WithHandle {
  _handle: object | null
}

/** A listening handle, as far as accepted handles come out of it. */
interface ListeningHandle {
  onconnection(status: number, handle?: object): void
}

/** `static`: the shared buffer wherever possible. `events`: always `'data'` events. */
export type ReadMode = 'static' | 'events'

/** A socket that is not connected yet, and the connection it will be. It is paused. */
export function makeOutgoing(
  tally: Tally | undefined,
  mode: ReadMode,
): { socket: Socket; connection: TcpConnection } {
  if (mode === 'events') {
    const socket = new Socket({ allowHalfOpen: true })
    return { socket, connection: eventConnection(socket, tally) }
  }
  return staticConnection(tally)
}

/** The connection of a socket that a server accepted while paused. */
export function adoptIncoming(accepted: Socket, tally: Tally | undefined, mode: ReadMode): TcpConnection {
  const shell = accepted as unknown as WithHandle
  const handle = shell._handle
  if (mode === 'events' || !isReadableHandle(handle)) return eventConnection(accepted, tally)
  // The shell gives its handle away; destroying it takes it out of the server's count of connections.
  shell._handle = null
  accepted.destroy()
  return staticConnection(tally, handle).connection
}

/**
 * Takes accepted connections before the server builds a socket for each, which would only be taken apart
 * again. What cannot be taken, and failed accepts, go the server's way.
 */
export function takeAccepted(
  server: Server,
  onAccepted: (connection: TcpConnection) => void,
  tally?: Tally,
): void {
  const listening = (server as unknown as WithHandle)._handle as Partial<ListeningHandle> | null
  const built = listening?.onconnection
  if (listening === null || typeof built !== 'function') return
  listening.onconnection = function (this: ListeningHandle, status, handle) {
    if (status !== 0 || !isReadableHandle(handle ?? null)) {
      built.call(this, status, handle)
      return
    }
    const { socket, connection } = staticConnection(tally, handle)
    setTcpHabits(socket)
    onAccepted(connection)
  }
}

function staticConnection(tally: Tally | undefined, handle?: object) {
  const onread: OnReadOpts = {
    buffer: readBuffer,
    callback(length) {
      connection.read(length === READ_BYTES ? readBuffer : readBuffer.subarray(0, length), readBufferLender)
      return true
    },
  }
  const options: SocketOptions = {
    allowHalfOpen: true,
    readable: true,
    writable: true,
    highWaterMark: WRITE_HIGH_WATER,
    manualStart: true,
    onread,
    handle,
    emitClose: false,
    autoDestroy: true,
    decodeStrings: false,
  }
  const socket = new Socket(options)
  // Before the first byte can arrive: a connection begins paused.
  socket.pause()
  const connection = new TcpConnection(socket, tally)
  return { socket, connection }
}

/** The connection of any socket that is open, read by `'data'` events. It is paused. */
export function eventConnection(socket: Socket, tally: Tally | undefined): TcpConnection {
  const connection = new TcpConnection(socket, tally)
  socket.pause()
  socket.on('data', (bytes: Buffer) => {
    connection.read(bytes, eventLender)
  })
  // Listening for data starts the flow again.
  socket.pause()
  return connection
}

/** Node allocates the bytes of an event anew, so they may be kept as they are. */
const eventLender: Lender = { keep: (bytes) => bytes }

function isReadableHandle(handle: object | null): handle is object {
  return handle !== null && 'useUserBuffer' in handle && typeof handle.useUserBuffer === 'function'
}
