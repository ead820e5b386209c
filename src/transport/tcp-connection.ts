import type { Socket } from 'node:net'
import type { Connection, ConnectionHandler, Endpoint, Lender } from '../contracts/connection.js'
import type { Tally } from '../contracts/transport.js'
import type { Fault } from '../faults/fault.js'
import { deliver, gather } from './delivery.js'
import { hiddenReset } from './hidden-reset.js'
import { brokenFault } from './socket-faults.js'
import { resetSocket } from './socket-reset.js'
import { WriteBlock } from './write-block.js'

/** Bytes that wait in a socket before `write` asks to stop. Larger means fewer pauses. */
export const WRITE_HIGH_WATER = 256 * 1024

const NOWHERE: Endpoint = { address: '', port: 0 }

/**
 * A tcp or unix socket as a connection. `read` and `readEnd` are called by whoever made the socket:
 * reads come through the shared buffer (`static-read.ts`) or as `'data'` events.
 */
export class TcpConnection implements Connection {
  readonly #socket: Socket
  readonly #tally: Tally | undefined
  #handler: ConnectionHandler | undefined
  #paused = true
  #gathering = false
  /** What the delivery that runs has written so far. */
  #block: WriteBlock | undefined
  #peerEnded = false
  #endDelivered = false
  #ended = false
  #closed = false
  #closeDelivered = false
  #cause: Fault | undefined
  #unread: Uint8Array[] | undefined
  #remote: Endpoint | undefined
  #local: Endpoint | undefined

  constructor(socket: Socket, tally: Tally | undefined) {
    this.#socket = socket
    this.#tally = tally
    socket.on('end', () => {
      const reset = hiddenReset(socket)
      if (reset !== undefined) {
        this.abort(brokenFault(reset))
        return
      }
      this.#peerEnded = true
      this.#deliverEnd()
    })
    socket.on('drain', () => {
      this.#handler?.onDrain()
    })
    socket.on('error', (error) => {
      this.#cause ??= brokenFault(error)
    })
    socket.on('close', () => {
      this.#closed = true
      this.#unread = undefined
      this.#deliverClose()
    })
  }

  get remote(): Endpoint {
    const { remoteAddress, remotePort } = this.#socket
    if (this.#remote === undefined && remoteAddress !== undefined) {
      this.#remote = { address: unmapped(remoteAddress), port: remotePort ?? 0 }
    }
    return this.#remote ?? NOWHERE
  }

  get local(): Endpoint {
    const { localAddress, localPort } = this.#socket
    if (this.#local === undefined && localAddress !== undefined) {
      this.#local = { address: unmapped(localAddress), port: localPort ?? 0 }
    }
    return this.#local ?? NOWHERE
  }

  get unsent(): number {
    return this.#socket.writableLength + (this.#block?.filled ?? 0)
  }

  /** Bytes just read; valid during the call unless `lender` keeps them. */
  read(bytes: Uint8Array, lender: Lender): void {
    this.#tally?.read.add(bytes.length)
    if (this.#paused) {
      // Node delivers what it had already read when reading was stopped.
      this.#stash(lender.keep(bytes), 'behind')
      return
    }
    deliver(() => {
      this.#handler?.onData(bytes, lender)
    })
  }

  start(handler: ConnectionHandler): void {
    // Whoever takes over is told of a close too, even if his predecessor was.
    if (handler !== this.#handler) this.#closeDelivered = false
    this.#handler = handler
    if (this.#closed) {
      queueMicrotask(() => {
        this.#deliverClose()
      })
      return
    }
    this.resume()
  }

  pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#paused || this.#closed) return
    this.#paused = false
    if (this.#unread === undefined && !this.#peerEnded) {
      this.#socket.resume()
      return
    }
    queueMicrotask(() => {
      this.#catchUp()
    })
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#stash(bytes, 'before')
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    if (this.#ended || this.#closed) return true
    this.#tally?.written.add(bytes.length)
    if (!this.#gathering) {
      if (!gather(this)) return this.#socket.write(lender === undefined ? bytes : lender.keep(bytes))
      this.#gathering = true
    }
    this.#gather(bytes, lender)
    return !this.#socket.writableNeedDrain
  }

  /** For the delivery that gathers our writes. */
  flush(): void {
    this.#gathering = false
    this.#send()
  }

  #gather(bytes: Uint8Array, lender: Lender | undefined): void {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#socket.writableLength > 0) {
        // The system takes no more for now: from here on memory is as large as what waits in it.
        this.#send()
        this.#socket.write(lender === undefined ? rest : lender.keep(rest))
        return
      }
      this.#block ??= WriteBlock.take()
      const { room } = this.#block
      if (rest.length < room) {
        this.#block.append(rest)
        return
      }
      this.#block.append(rest.subarray(0, room))
      rest = rest.subarray(room)
      this.#send()
    }
  }

  #send(): void {
    const block = this.#block
    if (block === undefined) return
    this.#block = undefined
    this.#socket.write(block.content(), block.onWritten)
    if (this.#socket.writableLength === 0) block.giveBack()
    else block.lend()
  }

  end(): void {
    if (this.#ended || this.#closed) return
    this.#ended = true
    this.#send()
    this.#socket.end()
  }

  abort(cause?: Fault): void {
    if (this.#giveUp(cause)) this.#socket.destroy()
  }

  reset(cause?: Fault): void {
    // Behind an end of ours the system may still hold what belongs to it.
    if (this.#ended) this.abort(cause)
    else if (this.#giveUp(cause)) resetSocket(this.#socket)
  }

  /** False when there is nothing left to end. */
  #giveUp(cause: Fault | undefined): boolean {
    if (this.#closed || this.#socket.destroyed) return false
    this.#cause ??= cause
    this.#block?.giveBack()
    this.#block = undefined
    return true
  }

  #stash(bytes: Uint8Array, where: 'before' | 'behind'): void {
    this.#unread ??= []
    if (where === 'before') this.#unread.unshift(bytes)
    else this.#unread.push(bytes)
  }

  /** After a resume: what was put back comes first, then an end that arrived meanwhile. */
  #catchUp(): void {
    while (!this.#paused && !this.#socket.destroyed) {
      const bytes = this.#unread?.shift()
      if (bytes === undefined) break
      deliver(() => {
        this.#handler?.onData(bytes, ownLender)
      })
    }
    if (this.#unread?.length === 0) this.#unread = undefined
    if (this.#paused || this.#closed || this.#unread !== undefined) return
    if (this.#peerEnded) this.#deliverEnd()
    else this.#socket.resume()
  }

  #deliverEnd(): void {
    if (this.#endDelivered || this.#paused || this.#unread !== undefined) return
    if (this.#handler === undefined) return
    this.#endDelivered = true
    deliver(() => {
      this.#handler?.onEnd()
    })
  }

  #deliverClose(): void {
    if (this.#closeDelivered || this.#handler === undefined) return
    this.#closeDelivered = true
    this.#handler.onClose(this.#cause)
  }
}

/** Lends memory that is the borrower's anyway. */
const ownLender: Lender = { keep: (bytes) => bytes }

/** IPv4 clients of a dual-stack listener show as `::ffff:a.b.c.d`. */
function unmapped(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
}
