import { describe, expect, it } from 'vitest'
import { toHex } from '../../../src/bytes/bytes.js'
import { makePair, Recorder } from '../../../src/testing.js'
import { deliver, gather } from '../../../src/transport/delivery.js'
import { WebSocketConnection } from '../../../src/transport/websocket-connection.js'

describe('a delivery', () => {
  it('flushes at its end, and once more whoever is written to by a flush', () => {
    const order: string[] = []
    const below = { flush: () => order.push('below') }
    const above = {
      flush: () => {
        order.push('above')
        gather(below)
      },
    }
    deliver(() => {
      gather(below)
      deliver(() => gather(above))
      order.push('end')
    })
    expect(order).toEqual(['end', 'below', 'above', 'below'])
    expect(gather(below)).toBe(false)
  })

  it('that fails leaves none running', () => {
    expect(() =>
      deliver(() => {
        throw new Error('oops')
      }),
    ).toThrow('oops')
    expect(gather({ flush: () => undefined })).toBe(false)
  })
})

describe('what is written to a WebSocket', () => {
  it('in one delivery leaves as one message, and a close behind it', async () => {
    const [near, far] = makePair()
    const peer = new Recorder(far)
    const socket = new WebSocketConnection(near, 'server')
    deliver(() => {
      for (const byte of [1, 2, 3]) socket.write(Uint8Array.of(byte))
      expect(socket.unsent).toBe(3)
      socket.end()
      expect(socket.write(Uint8Array.of(4))).toBe(true)
    })
    await peer.untilReceived(9)
    expect(toHex(peer.bytes())).toBe('8203010203880203e8')
  })

  it('outside of one leaves at once, each by itself', async () => {
    const [near, far] = makePair()
    const peer = new Recorder(far)
    const socket = new WebSocketConnection(near, 'server')
    for (const byte of [1, 2]) socket.write(Uint8Array.of(byte))
    await peer.untilReceived(6)
    expect(toHex(peer.bytes())).toBe('820101820102')
  })

  it('in a long delivery does not pile up', () => {
    const [near] = makePair({ highWaterMark: 100_000 })
    const socket = new WebSocketConnection(near, 'client')
    let room = true
    deliver(() => {
      for (let i = 0; i < 10 && room; i++) room = socket.write(new Uint8Array(60_000))
    })
    expect(room).toBe(false)
    expect(socket.unsent).toBeLessThan(300_000)
  })
})
