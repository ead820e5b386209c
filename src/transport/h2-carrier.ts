/**
 * What an HTTP/2 session is put on. Node joins a session and a TLS socket below JavaScript, and there a write
 * that fails at once, because the peer is gone, is answered in the middle of a read: the session then reads
 * memory that is free (seen as a segmentation fault in `Http2Session::OnStreamRead`, Node 20), or never reads
 * again. Over a stream of ours every answer comes in a turn of its own.
 */
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { ConnectionDuplex } from './connection-duplex.js'
import { eventConnection } from './static-read.js'

/** Takes a TLS socket over; others carry sessions as they are. */
export function carrierOf(socket: Socket): Duplex {
  return socket instanceof TLSSocket ? new ConnectionDuplex(eventConnection(socket, undefined)) : socket
}
