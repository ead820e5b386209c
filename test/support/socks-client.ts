/** A SOCKS 5 client, written from the RFC alone: the application at the near end of a chain. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, isIPv4, isIPv6, type Socket } from 'node:net'

const WAIT_MS = 15_000

export interface Place {
  /** An IP address or a name; a name is sent as a name. */
  readonly host: string
  readonly port: number
}

/**
 * A connection through the proxy, paused, with nothing of it read yet. Rejects when SOCKS refuses.
 * A later error shows as a close.
 */
export async function socksConnect(proxyPort: number, to: Place): Promise<Socket> {
  const socket = connect({ port: proxyPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  socket.on('error', () => socket.destroy())
  const failed = new AbortController()
  const deadline = setTimeout(() => failed.abort(new Error('the SOCKS answer did not come in time')), WAIT_MS)
  try {
    await once(socket, 'connect', { signal: failed.signal })
    await order(socket, { command: 1, to }, failed.signal)
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(deadline)
  }
  return socket
}

/** Greets, orders, and returns where the proxy says it is bound. */
async function order(
  socket: Socket,
  { command, to }: { readonly command: number; readonly to: Place },
  signal: AbortSignal,
): Promise<Place> {
  socket.write(Buffer.from([5, 1, 0]))
  const method = await take(socket, 2, signal)
  if (method[1] !== 0) throw new Error(`SOCKS method ${method[1]}`)
  socket.write(Buffer.concat([Buffer.from([5, command, 0]), encodePlace(to)]))
  const head = await take(socket, 4, signal)
  if (head[1] !== 0) throw new Error(`SOCKS reply ${head[1]}`)
  const rest = await take(socket, head[3] === 4 ? 18 : 6, signal)
  return { host: rest.subarray(0, -2).join('.'), port: rest.readUInt16BE(rest.length - 2) }
}

/** Exactly so many bytes; what follows them stays in the socket. */
async function take(socket: Socket, count: number, signal: AbortSignal): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(count) as Buffer | null
    if (bytes !== null) {
      if (bytes.length < count) throw new Error(`the proxy ended after ${bytes.length} of ${count} bytes`)
      return bytes
    }
    if (socket.readableEnded || socket.destroyed) throw new Error('the proxy ended the connection')
    await Promise.race([once(socket, 'readable', { signal }), once(socket, 'end', { signal })])
  }
}

/** `type ‖ address ‖ port`. */
function encodePlace({ host, port }: Place): Buffer {
  const tail = Buffer.alloc(2)
  tail.writeUInt16BE(port)
  if (isIPv4(host)) return Buffer.concat([Buffer.from([1, ...host.split('.').map(Number)]), tail])
  if (isIPv6(host)) return Buffer.concat([Buffer.from([4]), encodeIpv6(host), tail])
  return Buffer.concat([Buffer.from([3, host.length]), Buffer.from(host), tail])
}

function encodeIpv6(host: string): Buffer {
  const [head = '', tail = ''] = host.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const words = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  const bytes = Buffer.alloc(16)
  for (const [i, word] of words.entries()) bytes.writeUInt16BE(Number.parseInt(word, 16), 2 * i)
  return bytes
}

export interface SocksUdp {
  /** Sends a datagram until an answer to it comes back, and returns that. */
  ask(to: Place, payload: Buffer): Promise<Buffer>
  /** Where the next datagram comes from that begins with these bytes; undefined when none comes. */
  sourceOf(start: Buffer): Promise<Place | undefined>
  close(): void
}

const ATTEMPTS = 5
const ANSWER_WITHIN_MS = 1_500

/** A UDP association. An answer belongs to a datagram that begins with the same four bytes. */
export async function socksUdp(proxyPort: number): Promise<SocksUdp> {
  const control = connect({ port: proxyPort, host: '127.0.0.1' })
  control.on('error', () => control.destroy())
  await once(control, 'connect')
  const bound = await order(
    control,
    { command: 3, to: { host: '0.0.0.0', port: 0 } },
    AbortSignal.timeout(WAIT_MS),
  )
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.setMaxListeners(100)
  const ask = async (to: Place, payload: Buffer) => {
    const datagram = Buffer.concat([Buffer.from([0, 0, 0]), encodePlace(to), payload])
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      socket.send(datagram, bound.port, '127.0.0.1')
      const answer = await answerTo(socket, payload.subarray(0, 4))
      if (answer !== undefined) return answer.payload
    }
    throw new Error(`no answer to ${payload.length} bytes of UDP after ${ATTEMPTS} attempts`)
  }
  const close = () => {
    socket.close()
    control.destroy()
  }
  const sourceOf = async (start: Buffer) => (await answerTo(socket, start))?.from
  return { ask, sourceOf, close }
}

/** Up to the payload: reserved, fragment, type, address, port. */
function headBytes(datagram: Buffer): number {
  if (datagram[3] === 3) return 4 + 1 + (datagram[4] ?? 0) + 2
  return datagram[3] === 4 ? 4 + 16 + 2 : 4 + 4 + 2
}

interface Answer {
  readonly from: Place
  readonly payload: Buffer
}

function answerTo(socket: UdpSocket, id: Buffer): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const finish = (answer: Answer | undefined) => {
      clearTimeout(late)
      socket.off('message', onMessage)
      resolve(answer)
    }
    const onMessage = (datagram: Buffer) => {
      const head = headBytes(datagram)
      const payload = datagram.subarray(head)
      const from = { host: datagram.subarray(4, head - 2).join('.'), port: datagram.readUInt16BE(head - 2) }
      if (payload.subarray(0, id.length).equals(id)) finish({ from, payload })
    }
    const late = setTimeout(() => finish(undefined), ANSWER_WITHIN_MS)
    socket.on('message', onMessage)
  })
}
