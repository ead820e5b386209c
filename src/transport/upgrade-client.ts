/** The connecting side of WebSocket and HTTPUpgrade: one HTTP request, and the answer that has to be 101. */
import type { Connection } from '../contracts/connection.js'
import { asFault, Fault } from '../faults/fault.js'
import { type Field, valuesOf } from '../http-proxy/head.js'
import { HeadDecoder } from '../http-proxy/head-decoder.js'
import { abortReason } from './sockets.js'
import { type ReplyFacts, readReply } from './upgrade-head.js'

const SWITCHING = 101
const HINTS: Readonly<Record<number, string>> = {
  200: 'an ordinary page answered: the path, or the Host, is not the one that is proxied',
  400: 'plain HTTP may have met a TLS port, or a proxy in front drops the Upgrade header',
  403: 'a firewall or CDN in front refused; check the Host',
  404: 'compare path and Host with the server, slash by slash',
  426: 'a proxy in front drops the Upgrade header',
  502: 'the proxy in front cannot reach the server behind it',
  503: 'the proxy in front cannot reach the server behind it',
  504: 'the proxy in front cannot reach the server behind it',
}
const REDIRECTS: readonly number[] = [301, 302, 307, 308]

/** Throws a fault for an answer that the protocol on top cannot accept. */
export type CheckReply = (fields: readonly Field[]) => void

/** Takes the bytes of an answer as they come. */
export class ReplyReader {
  readonly #decoder = new HeadDecoder()
  readonly #check: CheckReply

  constructor(check: CheckReply) {
    this.#check = check
  }

  /** What followed the answer, once it is whole. Throws `TRANSPORT_UPGRADE`, or what the check throws. */
  receive(bytes: Uint8Array): Uint8Array | undefined {
    this.#decoder.receive(bytes)
    const head = this.#next()
    if (head === undefined) return undefined
    const reply = readReply(head)
    if (reply === undefined) throw new Fault('TRANSPORT_UPGRADE', { why: 'the answer is not HTTP/1.1' })
    assertSwitched(reply)
    this.#check(reply.fields)
    return this.#decoder.rest()
  }

  #next() {
    try {
      return this.#decoder.next()
    } catch (error) {
      const { message } = asFault(error)
      throw new Fault('TRANSPORT_UPGRADE', { why: message, cause: error })
    }
  }
}

function assertSwitched({ status, reason, fields }: ReplyFacts): void {
  if (status === SWITCHING) return
  const [server] = valuesOf(fields, 'server')
  const [location] = valuesOf(fields, 'location')
  const parts = [
    `${status} ${reason}`.trim(),
    ...(server === undefined ? [] : [`from ${short(server)}`]),
    ...(location === undefined ? [] : [`to ${short(location)}`]),
  ]
  const hint = REDIRECTS.includes(status)
    ? 'the server redirects, mostly to https: switch TLS on'
    : HINTS[status]
  throw new Fault('TRANSPORT_UPGRADE', { why: parts.join(' '), ...(hint && { hint }) })
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

export interface UpgradeCall {
  /** The request head. */
  readonly head: Uint8Array
  readonly signal: AbortSignal
  readonly check: CheckReply
}

/**
 * Sends the request and resolves when the answer is there; the connection is paused then, and what came
 * behind the answer is put back. Rejects with a fault of area TRANSPORT or the signal's reason, and then
 * the connection is gone.
 */
export function requestUpgrade(connection: Connection, { head, signal, check }: UpgradeCall): Promise<void> {
  const reader = new ReplyReader(check)
  return new Promise((resolve, reject) => {
    const fail = (fault: Fault): void => {
      signal.removeEventListener('abort', onAbort)
      connection.abort(fault)
      reject(fault)
    }
    const onAbort = (): void => {
      fail(abortReason(signal))
    }
    if (signal.aborted) {
      onAbort()
      return
    }
    signal.addEventListener('abort', onAbort, { once: true })
    connection.start({
      onData: (bytes) => {
        try {
          const rest = reader.receive(bytes)
          if (rest === undefined) return
          signal.removeEventListener('abort', onAbort)
          connection.pause()
          connection.unread(rest)
          resolve()
        } catch (error) {
          fail(asFault(error))
        }
      },
      onEnd: () => {
        fail(new Fault('TRANSPORT_UPGRADE', { why: 'the server closed the connection instead of answering' }))
      },
      onDrain: () => undefined,
      onClose: (fault) => {
        fail(fault ?? new Fault('TRANSPORT_RESET'))
      },
    })
    connection.write(head)
  })
}
