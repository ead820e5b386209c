/** Asking one NTP server, under the rules for clients of RFC 5905: each answer that breaks one is dropped. */
import { setTimeout as wait } from 'node:timers/promises'
import { formatHostPort } from '../address/destination.js'
import type { Endpoint } from '../contracts/connection.js'
import type { DatagramSocket, DatagramTransport } from '../contracts/datagram.js'
import { asFault, Fault, isFault } from '../faults/fault.js'
import { COOKIE_BYTES, decodeAnswer, encodeRequest } from '../ntp/packet.js'
import { type NtpSample, takeSample } from '../ntp/sample.js'
import { type Resolve, systemResolve } from '../outbound/resolve.js'
import { type Clock, type Random, systemRandom } from '../ports/ports.js'
import { makeUdpTransport } from '../transport/udp.js'
import { withDeadline } from './deadline.js'

export interface NtpQueryOptions {
  readonly host: string
  readonly port: number
  readonly samples: number
  /** Between two requests. */
  readonly spacingMs: number
  /** For each answer, and for finding the name. */
  readonly timeoutMs: number
  /** Must not jump while this runs. */
  readonly now: Clock
  readonly random?: Random
  readonly transport?: DatagramTransport
  readonly resolve?: Resolve
}

export interface NtpQuery {
  /** `host:port` */
  readonly server: string
  /** The IP address that was asked last; absent when the name was not found. */
  readonly address?: string
  readonly samples: readonly NtpSample[]
  /** Why answers do not count; `NTP_SILENCE` when none came. The first few, at most. */
  readonly dropped: readonly Fault[]
}

const ANY: Readonly<Record<'ipv4' | 'ipv6', string>> = { ipv4: '0.0.0.0', ipv6: '::' }
/** Whoever floods us with answers gets no more of them reported. */
const MOST_DROPPED = 8

/** All samples of one server. Never rejects: what went wrong is among `dropped`. */
export async function queryNtp(options: NtpQueryOptions): Promise<NtpQuery> {
  const { host, port, timeoutMs, resolve = systemResolve } = options
  const server = formatHostPort(host, port)
  let asked: NtpQuery = { server, samples: [], dropped: [] }
  try {
    const addresses = await withDeadline(timeoutMs, `${host} was not found`, (signal) =>
      resolve(host, signal),
    )
    for (const address of onePerFamily(addresses)) {
      const { samples, dropped } = await new Conversation(options, { address, port }).run()
      asked = { server, address, samples, dropped: [...asked.dropped, ...dropped] }
      // Without an answer it may be the family that has no route; anything else is the server's doing.
      if (!dropped.some(({ code }) => code === 'NTP_SILENCE')) break
    }
  } catch (error) {
    return { ...asked, dropped: [...asked.dropped, asFault(error)] }
  }
  return asked
}

function onePerFamily(addresses: readonly string[]): string[] {
  const [first] = addresses
  if (first === undefined) return []
  const other = addresses.find((address) => address.includes(':') !== first.includes(':'))
  return other === undefined ? [first] : [first, other]
}

/** Requests to one address that are all on their way at once, each known by its cookie. */
class Conversation {
  readonly #options: NtpQueryOptions
  readonly #server: Endpoint
  readonly #sent = new Map<string, number>()
  readonly #samples: NtpSample[] = []
  readonly #dropped: Fault[] = []
  readonly #over = new AbortController()
  #unsent: number

  constructor(options: NtpQueryOptions, server: Endpoint) {
    this.#options = options
    this.#unsent = options.samples
    this.#server = server
  }

  async run(): Promise<{ samples: NtpSample[]; dropped: Fault[] }> {
    const { transport = makeUdpTransport(), samples, spacingMs, timeoutMs } = this.#options
    const family = this.#server.address.includes(':') ? 'ipv6' : 'ipv4'
    const socket = await transport.bind({ address: ANY[family], port: 0 }, {})
    socket.start({
      onDatagram: (payload, from) => this.#receive(payload, from),
      onClose: (fault) => fault && this.#drop(fault),
    })
    while (this.#unsent > 0 && !this.#over.signal.aborted) {
      if (this.#unsent < samples) await this.#pause(spacingMs)
      if (!this.#over.signal.aborted) this.#send(socket)
    }
    if (!this.#over.signal.aborted) await this.#pause(timeoutMs)
    socket.close()
    if (this.#samples.length === 0 && this.#dropped.length === 0) {
      this.#drop(new Fault('NTP_SILENCE', { why: `${this.#options.host} within ${timeoutMs} ms` }))
    }
    return { samples: this.#samples, dropped: this.#dropped }
  }

  #send(socket: DatagramSocket): void {
    const { random = systemRandom, now } = this.#options
    const cookie = random(COOKIE_BYTES)
    const request = encodeRequest(cookie)
    this.#unsent--
    this.#sent.set(hex(cookie), now())
    socket.send(request, this.#server)
  }

  #receive(payload: Uint8Array, from: Endpoint): void {
    const receivedMs = this.#options.now()
    try {
      this.#samples.push(this.#judge(payload, from, receivedMs))
    } catch (error) {
      this.#drop(asFault(error))
      if (isFault(error, 'NTP_KISS')) this.#over.abort()
    }
    if (this.#sent.size === 0 && this.#unsent === 0) this.#over.abort()
  }

  #judge(payload: Uint8Array, from: Endpoint, receivedMs: number): NtpSample {
    if (from.address !== this.#server.address || from.port !== this.#server.port) {
      throw new Fault('NTP_SENDER', { why: formatHostPort(from.address, from.port) })
    }
    const answer = decodeAnswer(payload)
    const cookie = hex(answer.cookie)
    const sentMs = this.#sent.get(cookie)
    if (sentMs === undefined) throw new Fault('NTP_COOKIE')
    this.#sent.delete(cookie)
    const { timeoutMs } = this.#options
    const tookMs = Math.round(receivedMs - sentMs)
    if (tookMs > timeoutMs) throw new Fault('NTP_COOKIE', { why: `it came late, after ${tookMs} ms` })
    return takeSample(answer, { sentMs, receivedMs })
  }

  #drop(fault: Fault): void {
    if (this.#dropped.length < MOST_DROPPED) this.#dropped.push(fault)
  }

  /** Cut short when there is nothing more to wait for. */
  async #pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#over.signal }).catch(() => undefined)
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
