import { describe, expect, it } from 'vitest'
import { ByteQueue } from '../../../src/bytes/byte-queue.js'
import { faultOf } from '../../support/fault-of.js'

describe('ByteQueue', () => {
  it('gives bytes in order and only when all are there', () => {
    const queue = new ByteQueue(100, 'test')
    queue.append(Uint8Array.of(1, 2))
    expect(queue.take(3)).toBeUndefined()
    queue.append(Uint8Array.of(3, 4))
    expect(queue.take(3)).toEqual(Uint8Array.of(1, 2, 3))
    expect(queue.peek()).toEqual(Uint8Array.of(4))
    expect(queue.length).toBe(1)
  })

  it('copies what it is given', () => {
    const queue = new ByteQueue(100, 'test')
    const lent = Uint8Array.of(1, 2, 3)
    queue.append(lent)
    lent.fill(9)
    expect(queue.drain()).toEqual(Uint8Array.of(1, 2, 3))
    expect(queue.length).toBe(0)
  })

  it('keeps the order when it grows and when it reuses its room', () => {
    const queue = new ByteQueue(100_000, 'test')
    const taken: number[] = []
    for (let i = 0; i < 5_000; i++) {
      queue.append(Uint8Array.of(i & 0xff, (i + 1) & 0xff, (i + 2) & 0xff))
      taken.push(...(queue.take(i % 5) ?? []))
    }
    taken.push(...queue.drain())
    const expected = Array.from({ length: 5_000 }, (_, i) => [
      i & 0xff,
      (i + 1) & 0xff,
      (i + 2) & 0xff,
    ]).flat()
    expect(taken).toEqual(expected)
  })

  it('refuses more than its limit and keeps what it has', () => {
    const queue = new ByteQueue(4, 'test head')
    queue.append(Uint8Array.of(1, 2, 3))
    const fault = faultOf(() => queue.append(Uint8Array.of(4, 5)))
    expect(fault.code).toBe('WIRE_TOO_LONG')
    expect(fault.why).toContain('test head')
    expect(queue.length).toBe(3)
  })
})
