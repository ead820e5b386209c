import { describe, expect, it } from 'vitest'
import type { DatagramSocket } from '../../../src/contracts/datagram.js'
import { makeUdpTransport } from '../../../src/transport/udp.js'

const LOOPBACK = { address: '127.0.0.1', port: 0 }

function makeTally() {
  const counts = { read: 0, written: 0 }
  const counter = (name: 'read' | 'written') => ({ add: (bytes: number) => (counts[name] += bytes) })
  return { counts, tally: { read: counter('read'), written: counter('written') } }
}

/** The next datagram, as text and port. */
function nextOf(socket: DatagramSocket): Promise<{ text: string; port: number }> {
  return new Promise((resolve) => {
    socket.start({
      onDatagram: (payload, { port }) => resolve({ text: Buffer.from(payload).toString(), port }),
      onClose: () => undefined,
    })
  })
}

describe('a UDP socket', () => {
  it('sends, receives and counts', async () => {
    const udp = makeUdpTransport()
    const { counts, tally } = makeTally()
    const near = await udp.bind(LOOPBACK, { tally })
    const far = await udp.bind(LOOPBACK, {})
    near.send(Buffer.from('ask'), far.endpoint)
    expect(await nextOf(far)).toEqual({ text: 'ask', port: near.endpoint.port })
    far.send(Buffer.from('reply'), near.endpoint)
    expect((await nextOf(near)).text).toBe('reply')
    expect(counts).toEqual({ read: 5, written: 3 })
    near.close()
    far.close()
  })

  it('says where it cannot be bound', async () => {
    const udp = makeUdpTransport()
    const first = await udp.bind(LOOPBACK, {})
    await expect(udp.bind(first.endpoint, {})).rejects.toMatchObject({ code: 'TRANSPORT_LISTEN' })
    first.close()
    await expect(udp.bind({ address: '203.0.113.1', port: 0 }, {})).rejects.toMatchObject({
      code: 'TRANSPORT_LISTEN',
    })
  })

  it('closes once, and drops what is sent afterwards or cannot be sent', async () => {
    const socket = await makeUdpTransport().bind(LOOPBACK, {})
    let closes = 0
    const closed = new Promise<void>((resolve) => {
      socket.start({
        onDatagram: () => undefined,
        onClose: () => {
          closes++
          resolve()
        },
      })
    })
    socket.send(new Uint8Array(70_000), { address: '127.0.0.1', port: 9 })
    socket.send(new Uint8Array(1), { address: '127.0.0.1', port: 0 })
    socket.close()
    socket.close()
    socket.send(new Uint8Array(1), { address: '127.0.0.1', port: 9 })
    await closed
    expect(closes).toBe(1)
  })
})
