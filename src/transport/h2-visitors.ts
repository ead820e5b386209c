/**
 * Tells clients that speak HTTP/2 from those that do not, by their first bytes. What is HTTP/1.1 gets a
 * web server's 404; anything else is closed.
 */
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { formatHostPort } from '../address/destination.js'
import type { ListenOptions } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'

/** The first bytes of HTTP/2; no request of HTTP/1.1 begins so. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** Time for the first bytes, and for the head of an HTTP/1.1 request. */
const HEAD_MS = 15_000

type OnFault = ListenOptions['onFault']

/** What to do with a socket that was accepted: it goes to `serve`, with nothing read, when it speaks HTTP/2. */
export function sortVisitors(serve: (socket: Socket) => void, onFault: OnFault): (socket: Socket) => void {
  const strangers = makeWebServer(onFault)
  return (socket) => {
    const settle = (): void => {
      clearTimeout(timer)
      socket.off('readable', onReadable)
      socket.off('end', onEnd)
    }
    const onEnd = (): void => {
      settle()
      socket.destroy()
    }
    const onReadable = (): void => {
      const first = socket.read() as Buffer | null
      if (first === null) return
      const length = Math.min(first.length, PREFACE.length)
      const isH2 = first.subarray(0, length).equals(PREFACE.subarray(0, length))
      // Cut inside the preface: cannot be anything else, so nghttp2 may read the rest.
      settle()
      socket.unshift(first)
      if (isH2) serve(socket)
      else strangers.emit('connection', socket)
    }
    const timer = setTimeout(() => {
      socket.destroy()
    }, HEAD_MS).unref()
    socket.on('error', () => undefined)
    socket.on('readable', onReadable)
    socket.once('end', onEnd)
  }
}

/** Never listens: sockets are given to it. */
function makeWebServer(onFault: OnFault) {
  const server = createServer({ headersTimeout: HEAD_MS, maxHeaderSize: 16 * 1024 }, (request, response) => {
    const { remoteAddress = '', remotePort = 0 } = request.socket
    const why = `${request.method ?? ''} in HTTP/1.1`
    const context = { source: formatHostPort(remoteAddress, remotePort) }
    onFault?.(new Fault('TRANSPORT_REQUEST', { why, context }))
    response.writeHead(404, { 'content-length': 0, connection: 'close' }).end()
    request.resume()
  })
  server.on('clientError', (error: Error, socket) => {
    const { remoteAddress = '', remotePort = 0 } = socket as Socket
    const context = { source: formatHostPort(remoteAddress, remotePort) }
    const why = 'it is neither HTTP/2 nor HTTP/1.1'
    onFault?.(new Fault('TRANSPORT_REQUEST', { why, context, cause: error }))
    // As Node does by itself where nobody listens to this event.
    if (socket.writable) socket.write('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    socket.destroy()
  })
  return server
}
