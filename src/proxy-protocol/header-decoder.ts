/**
 * The header with which a load balancer says for whom it connects (PROXY protocol, versions 1 and 2).
 *
 *     1:  "PROXY" SP ("TCP4" | "TCP6") SP source SP target SP source port SP target port CRLF
 *         "PROXY UNKNOWN" … CRLF                                 at most 107 bytes
 *
 *     2:  +-----------+---------------+-----------------+--------+------------------------------+
 *         | signature | version 2 and | family and      | length | addresses and ports, then    |
 *         |    12     | command    1  | protocol     1  |   2    | other facts         length   |
 *         +-----------+---------------+-----------------+--------+------------------------------+
 */
import { formatIp, parseIp, unmapIp } from '../address/ip.js'
import { ByteQueue } from '../bytes/byte-queue.js'
import { ByteReader } from '../bytes/byte-reader.js'
import { equal, fromHex } from '../bytes/bytes.js'
import { asFault, Fault } from '../faults/fault.js'

/** Whom a connection is from. */
export interface ProxiedSource {
  readonly address: string
  readonly port: number
}

export interface ProxyHeader {
  /** Absent where the balancer speaks for itself, or for something without an address. */
  readonly source?: ProxiedSource
}

export const SIGNATURE = fromHex('0d0a0d0a000d0a515549540a')
/** Up to the addresses. */
export const FIXED_BYTES = SIGNATURE.length + 4
/** The longest line of version 1, with its end. */
const LINE_LIMIT = 107
/** Addresses take 36 bytes; the rest are facts such as the TLS name, which nobody makes longer. */
const LENGTH_LIMIT = 4_096
const HEADER_LIMIT = FIXED_BYTES + LENGTH_LIMIT

export const COMMAND = { local: 0x20, proxy: 0x21 } as const
export const FAMILY = { ipv4: 1, ipv6: 2 } as const
const LINE_START = 'PROXY '
const LINE = /^PROXY (TCP4|TCP6) (\S+) (\S+) (\d{1,5}) (\d{1,5})$/
const LF = 0x0a
const PORT_MAX = 65_535

/**
 * Bytes in, one header out; cut anywhere, it reads the same. Anything that does not begin with a header
 * is `TRANSPORT_PROXY_HEADER`, told as soon as it shows; a fault is repeated ever after.
 */
export class ProxyHeaderDecoder {
  readonly #queue = new ByteQueue(HEADER_LIMIT, 'PROXY header')
  #fault: Fault | undefined

  /** Takes bytes in. Once complete: the header, and how many of these bytes belong to it. */
  receive(bytes: Uint8Array): { readonly header: ProxyHeader; readonly used: number } | undefined {
    if (this.#fault !== undefined) throw this.#fault
    try {
      const before = this.#queue.length
      this.#queue.append(bytes.subarray(0, HEADER_LIMIT - before))
      const held = this.#queue.peek()
      const found = isPrefix(held, SIGNATURE) ? readBinary(held) : readLine(held)
      return found === undefined ? undefined : { header: found.header, used: found.length - before }
    } catch (error) {
      this.#fault = asFault(error)
      throw this.#fault
    }
  }
}

interface Found {
  readonly header: ProxyHeader
  readonly length: number
}

function readLine(held: Uint8Array): Found | undefined {
  const start = Buffer.from(held.subarray(0, LINE_START.length)).toString('latin1')
  if (!LINE_START.startsWith(start)) throw refuse('it begins with something else')
  const at = held.subarray(0, LINE_LIMIT).indexOf(LF)
  if (at < 0 && held.length < LINE_LIMIT) return undefined
  const line = Buffer.from(held.subarray(0, Math.max(at, 0))).toString('latin1')
  if (!line.endsWith('\r')) throw refuse('its line has no end')
  return { header: parseLine(line.slice(0, -1)), length: at + 1 }
}

function parseLine(line: string): ProxyHeader {
  if (/^PROXY UNKNOWN( |$)/.test(line)) return {}
  const [, family, source = '', , sourcePort] = LINE.exec(line) ?? []
  const ip = parseIp(source)
  const port = Number(sourcePort)
  const fits = source.includes(':') === (family === 'TCP6')
  if (family === undefined || ip === undefined || !fits || port > PORT_MAX) {
    throw refuse('its line is not understood')
  }
  return { source: { address: formatIp(ip), port } }
}

function readBinary(held: Uint8Array): Found | undefined {
  if (held.length < FIXED_BYTES) return undefined
  const reader = new ByteReader(held, 'PROXY header')
  reader.bytes(SIGNATURE.length)
  const command = reader.u8()
  const family = reader.u8() >>> 4
  const length = reader.u16()
  if (command !== COMMAND.local && command !== COMMAND.proxy) throw refuse(`its command is ${command}`)
  if (length > LENGTH_LIMIT) throw refuse(`it announces ${length} bytes`)
  if (reader.remaining < length) return undefined
  const body = new ByteReader(reader.bytes(length), 'PROXY addresses')
  const header = command === COMMAND.local ? {} : readAddresses(family, body)
  return { header, length: FIXED_BYTES + length }
}

/** Other families, such as unix sockets, say nothing that we could use. */
function readAddresses(family: number, reader: ByteReader): ProxyHeader {
  if (family !== FAMILY.ipv4 && family !== FAMILY.ipv6) return {}
  const length = family === FAMILY.ipv4 ? 4 : 16
  const source = reader.bytes(length)
  reader.bytes(length)
  return { source: { address: formatIp(unmapIp(source)), port: reader.u16() } }
}

/** Whether the shorter of the two is where the longer one begins. */
function isPrefix(held: Uint8Array, wanted: Uint8Array): boolean {
  const length = Math.min(held.length, wanted.length)
  return equal(held.subarray(0, length), wanted.subarray(0, length))
}

function refuse(why: string): Fault {
  return new Fault('TRANSPORT_PROXY_HEADER', { why })
}
