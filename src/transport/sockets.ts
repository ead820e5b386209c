/** Opening and accepting the sockets that every stream transport stands on: plain, or inside TLS. */
import { createServer, type OnReadOpts, type Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  connect as connectTls,
  type ConnectionOptions,
  createServer as createTlsServer,
  type TLSSocket,
} from 'node:tls'
import { formatHostPort } from '../address/destination.js'
import type { Endpoint } from '../contracts/connection.js'
import type { Address, Listener } from '../contracts/transport.js'
import { Fault, isFault } from '../faults/fault.js'
import { dialFault, listenFault } from './socket-faults.js'
import { acceptedTlsFault, dialledTlsFault } from './tls-faults.js'
import { WRITE_HIGH_WATER } from './tcp-connection.js'
import type { Tls } from './tls-layer.js'

/** Connections that the system may hold before we accept them. */
const BACKLOG = 1024
/** Time a client has for its side of a TLS handshake. */
const HANDSHAKE_MS = 10_000
/** A peer that is gone without a word is noticed even where nothing is sent; the system asks after 30 s. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 30_000 } as const

export interface OpenOptions {
  readonly address: Address
  /** Absent: plain. */
  readonly tls?: Tls | undefined
  /** Gives up with the signal's reason; the caller sets the deadline. */
  readonly signal: AbortSignal
  readonly localAddress?: string | undefined
  /** Reads into a buffer of the caller's instead of emitting `'data'`. */
  readonly onread?: OnReadOpts | undefined
}

/**
 * A connected socket, with TLS after its handshake and the checks of the peer's certificate. It has no
 * listeners and is not flowing. Rejects with a fault of the areas DIAL or TRANSPORT.
 */
export async function openSocket(options: OpenOptions): Promise<Socket | TLSSocket> {
  const { address, tls, signal } = options
  if (signal.aborted) throw abortReason(signal)
  if (tls === undefined) {
    const socket = makeSocket(options)
    await untilReady({
      socket,
      event: 'connect',
      signal,
      faultOf: (error) => dialFault(error, describe(address)),
    })
    return socket
  }
  const { socket, ready } = startTls(tls, options)
  await ready
  return socket
}

function makeSocket(options: OpenOptions): Socket {
  const settings = { allowHalfOpen: true, highWaterMark: WRITE_HIGH_WATER, ...reads(options) }
  const socket = new Socket(settings)
  startConnect(socket, options)
  return socket
}

/** What every tcp socket is asked for, whoever made it; a unix socket takes no notice. */
export function setTcpHabits(socket: Socket): void {
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE.keepAliveInitialDelay)
}

/** Begins to connect a socket to an address; `localAddress` counts for tcp only. */
export function startConnect(
  socket: Socket,
  { address, localAddress }: Pick<OpenOptions, 'address' | 'localAddress'>,
): void {
  if (address.kind === 'unix') {
    socket.connect({ path: address.path })
    return
  }
  setTcpHabits(socket)
  socket.connect({ host: address.host, port: address.port, localAddress })
}

/** What `tls.connect` hands on to its socket beside its documented options. */
interface SocketSettings extends ConnectionOptions {
  readonly allowHalfOpen: boolean
  readonly highWaterMark: number
  readonly onread?: OnReadOpts | undefined
}

/** Begins to connect with TLS. `ready` settles as {@link openSocket} does. */
export function startTls(
  tls: Tls,
  options: Omit<OpenOptions, 'tls'>,
): { readonly socket: TLSSocket; readonly ready: Promise<void> } {
  const { address, localAddress, onread } = options
  const place =
    address.kind === 'unix'
      ? { path: address.path }
      : { host: address.host, port: address.port, localAddress }
  const settings: SocketSettings = {
    ...tls.connectOptions(address),
    ...place,
    allowHalfOpen: true,
    highWaterMark: WRITE_HIGH_WATER,
    onread,
  }
  const socket = connectTls(settings)
  if (address.kind === 'tcp') {
    setTcpHabits(socket)
  }
  offerSession(socket, tls.keptSession(address))
  tls.watchSession(socket, address)
  return { socket, ready: untilSecure(socket, tls, options) }
}

/**
 * Right after `connect`, which would read a session among its options twice: a tenth of what a connection
 * costs. Node's types leave this method out; without it the handshake is a full one.
 */
function offerSession(socket: TLSSocket, session: Buffer | undefined): void {
  if (session === undefined || !('setSession' in socket)) return
  if (typeof socket.setSession === 'function') socket.setSession(session)
}

export interface OverOptions extends Pick<OpenOptions, 'address' | 'signal'> {
  /** What leads to the address already. */
  readonly over: Duplex
}

/** Begins a handshake on a stream. `ready` settles as {@link openSocket} does. */
export function startTlsOver(
  tls: Tls,
  options: OverOptions,
): { readonly socket: TLSSocket; readonly ready: Promise<void> } {
  const session = tls.keptSession(options.address)
  const settings: SocketSettings = {
    ...tls.connectOptions(options.address),
    ...(session === undefined ? {} : { session }),
    socket: options.over,
    allowHalfOpen: true,
    highWaterMark: WRITE_HIGH_WATER,
  }
  const socket = connectTls(settings)
  tls.watchSession(socket, options.address)
  return { socket, ready: untilSecure(socket, tls, options) }
}

async function untilSecure(
  socket: TLSSocket,
  tls: Tls,
  { address, signal, over }: Partial<OverOptions> & Pick<OpenOptions, 'address' | 'signal'>,
): Promise<void> {
  let connected = over !== undefined
  socket.once('connect', () => {
    connected = true
  })
  const faultOf = (error: Error): Fault =>
    connected ? dialledTlsFault(error, tls.nameFor(address)) : dialFault(error, describe(address))
  await untilReady({ socket, event: 'secureConnect', signal, faultOf })
  try {
    tls.assertPeer(socket)
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function reads({ onread }: Pick<OpenOptions, 'onread'>): { onread?: OnReadOpts } {
  return onread === undefined ? {} : { onread }
}

interface Wait {
  readonly socket: Socket
  readonly event: 'connect' | 'secureConnect'
  readonly signal: AbortSignal
  readonly faultOf: (error: Error) => Fault
}

/** Resolves at the event. Rejects with the socket's error or the signal's reason; the socket is gone then. */
export function untilReady({ socket, event, signal, faultOf }: Wait): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      signal.removeEventListener('abort', onAbort)
      socket.off(event, onReady)
      socket.off('error', onError)
      socket.off('close', onClose)
    }
    const onReady = (): void => {
      settle()
      resolve()
    }
    const onError = (error: Error): void => {
      settle()
      // What else goes wrong with a socket that nobody has is of no interest.
      socket.on('error', () => undefined)
      socket.destroy()
      reject(faultOf(error))
    }
    const onClose = (): void => {
      onError(Object.assign(new Error('closed before it was ready'), { code: 'ECONNRESET' }))
    }
    const onAbort = (): void => {
      settle()
      socket.on('error', () => undefined)
      socket.destroy()
      reject(abortReason(signal))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    socket.on(event, onReady)
    socket.on('error', onError)
    socket.on('close', onClose)
  })
}

export interface ListenSocketsOptions {
  readonly address: Address
  /** Absent: plain. */
  readonly tls?: Tls | undefined
  /** A connected socket, with TLS after its handshake. It is paused and allows half-open. */
  readonly onSocket: (socket: Socket) => void
  /** A single accept or handshake failed; listening goes on. */
  readonly onFault?: ((fault: Fault) => void) | undefined
  /** The server listens: for whoever wants more of it than its sockets. */
  readonly onListening?: (server: Server) => void
}

/** Rejects with `TRANSPORT_LISTEN`, or with `TRANSPORT_TLS_FILES` when TLS has no usable certificate. */
export async function listenSockets(options: ListenSocketsOptions): Promise<Listener> {
  const { address, tls } = options
  const server = tls === undefined ? makePlainServer(options) : makeTlsServer(tls, options)
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void => {
      reject(listenFault(error, describe(address)))
    }
    server.once('error', onError)
    server.once('listening', () => {
      server.off('error', onError)
      options.onListening?.(server)
      // Later errors are of single accepts, for instance too many open files; listening goes on.
      server.on('error', (error) => options.onFault?.(listenFault(error, describe(address))))
      resolve()
    })
    if (address.kind === 'unix') server.listen({ path: address.path, backlog: BACKLOG })
    else server.listen({ host: address.host, port: address.port, backlog: BACKLOG })
  })
  return { endpoint: endpointOf(server), close: () => close(server) }
}

function makePlainServer({ onSocket }: ListenSocketsOptions): Server {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true, ...KEEP_ALIVE })
  server.on('connection', onSocket)
  return server
}

export interface TlsServerOptions extends Pick<ListenSocketsOptions, 'onSocket' | 'onFault'> {
  /** Who is at the other end of a handshake that fails, where the socket does not know. */
  readonly nameOf?: () => string | undefined
}

/** Serves what `'connection'` is emitted with; that may be any stream. */
export function makeTlsServer(tls: Tls, { onSocket, onFault, nameOf }: TlsServerOptions): Server {
  const server = createTlsServer({
    ...tls.serverOptions(),
    noDelay: true,
    ...KEEP_ALIVE,
    highWaterMark: WRITE_HIGH_WATER,
    handshakeTimeout: HANDSHAKE_MS,
  })
  // First in line, so that this very connection has the new certificate.
  server.prependListener('connection', () => {
    const fault = tls.refresh(server)
    if (fault !== undefined) onFault?.(fault)
  })
  server.on('secureConnection', (socket) => {
    // Not before: an end inside the handshake is the end of it.
    socket.allowHalfOpen = true
    socket.pause()
    onSocket(socket)
  })
  server.on('tlsClientError', (error, socket) => {
    onFault?.(acceptedTlsFault(error, socket, nameOf?.()))
    socket.destroy()
  })
  return server
}

/** Resolves at once: connections that are open are not the listener's. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) {
      resolve()
      return
    }
    server.close()
    server.unref()
    setImmediate(resolve)
  })
}

function endpointOf(server: Server): Endpoint {
  const address = server.address()
  if (address === null || typeof address === 'string') return { address: address ?? '', port: 0 }
  return { address: address.address, port: address.port }
}

/** An address as faults name it. */
export function describe(address: Address): string {
  return address.kind === 'unix' ? address.path : formatHostPort(address.host, address.port)
}

export function abortReason(signal: AbortSignal): Fault {
  const reason: unknown = signal.reason
  return isFault(reason) ? reason : new Fault('DIAL_ABORTED', { cause: reason })
}
