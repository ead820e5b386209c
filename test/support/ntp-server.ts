/** NTP servers on loopback that behave as they are told; their packets are written by hand (RFC 5905 §7.3). */
import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'

const UNIX_EPOCH_S = 2_208_988_800n

export interface AnswerFields {
  readonly leap?: number
  readonly version?: number
  readonly mode?: number
  readonly stratum?: number
  readonly rootDelayMs?: number
  readonly rootDispersionMs?: number
  readonly referenceId?: string
  readonly referenceMs?: number | undefined
  readonly receiveMs?: number | undefined
  readonly transmitMs?: number | undefined
  /** 8 bytes; the request's transmit time where a server is honest. */
  readonly origin?: Uint8Array
}

export function ntpAnswer(fields: AnswerFields): Buffer {
  const { leap = 0, version = 4, mode = 4, stratum = 2, rootDelayMs = 10, rootDispersionMs = 5 } = fields
  const packet = Buffer.alloc(48)
  packet[0] = (leap << 6) | (version << 3) | mode
  packet[1] = stratum
  packet.writeUInt32BE(Math.round((rootDelayMs / 1_000) * 65_536), 4)
  packet.writeUInt32BE(Math.round((rootDispersionMs / 1_000) * 65_536), 8)
  packet.write(fields.referenceId ?? '', 12, 'latin1')
  writeTime(packet, 16, fields.referenceMs)
  packet.set(fields.origin ?? [], 24)
  writeTime(packet, 32, fields.receiveMs)
  writeTime(packet, 40, fields.transmitMs)
  return packet
}

function writeTime(packet: Buffer, offset: number, ms: number | undefined): void {
  if (ms === undefined) return
  const micros = BigInt(Math.round(ms * 1_000))
  const seconds = micros / 1_000_000n
  packet.writeUInt32BE(Number((seconds + UNIX_EPOCH_S) % (1n << 32n)), offset)
  packet.writeUInt32BE(Number(((micros % 1_000_000n) << 32n) / 1_000_000n), offset + 4)
}

/** What a server does with a request: the datagrams it sends back, and from which of its two ports. */
export type NtpBehaviour = (request: Buffer, reply: NtpReply) => void

export interface NtpReply {
  (packet: Uint8Array): void
  readonly fromElsewhere: (packet: Uint8Array) => void
}

export interface NtpTestServer {
  readonly host: string
  readonly port: number
  readonly requests: Buffer[]
  stop(): void
}

export async function startNtpServer(behave: NtpBehaviour): Promise<NtpTestServer> {
  const socket = createSocket('udp4')
  const elsewhere = createSocket('udp4')
  const requests: Buffer[] = []
  let open = true
  socket.on('message', (request, { port, address }: RemoteInfo) => {
    requests.push(request)
    // A late answer may come after the test that waited for it.
    const reply = (packet: Uint8Array): void => {
      if (open) socket.send(packet, port, address)
    }
    behave(
      request,
      Object.assign(reply, {
        fromElsewhere: (packet: Uint8Array): void => elsewhere.send(packet, port, address),
      }),
    )
  })
  socket.bind(0, '127.0.0.1')
  elsewhere.bind(0, '127.0.0.1')
  await Promise.all([once(socket, 'listening'), once(elsewhere, 'listening')])
  return {
    host: '127.0.0.1',
    port: socket.address().port,
    requests,
    stop: () => {
      open = false
      socket.close()
      elsewhere.close()
    },
  }
}

/** The cookie of a request: its transmit time. */
export function cookieOf(request: Buffer): Buffer {
  return request.subarray(40, 48)
}

/** An honest server whose clock is ahead of ours by `aheadMs`; `fields` are what it says besides. */
export function shifted(aheadMs: number, fields: AnswerFields = {}): NtpBehaviour {
  return (request, reply) => {
    // In the middle of the millisecond that the system tells.
    const time = Date.now() + 0.5 + aheadMs
    const times = { referenceMs: time - 1_000, receiveMs: time, transmitMs: time }
    reply(ntpAnswer({ ...times, origin: cookieOf(request), ...fields }))
  }
}
