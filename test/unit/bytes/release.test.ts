import { describe, expect, test } from 'vitest'
import { makeDetach, release } from '../../../src/bytes/release.js'

const makers = [
  ['as this Node does it', makeDetach()],
  ['without ArrayBuffer.prototype.transfer', makeDetach({})],
] as const

describe.each(makers)('memory is given back, %s', (_, detach) => {
  test('and is gone, time and again', () => {
    for (let i = 0; i < 10; i++) {
      const bytes = new Uint8Array(70_000)
      detach(bytes.buffer)
      expect([bytes.length, bytes.buffer.byteLength]).toEqual([0, 0])
    }
  })

  test('at once: what was taken and given back a thousand times is not resident', () => {
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 1_000; i++) detach(new Uint8Array(1 << 20).buffer)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20)
  })
})

test('memory of its own is released', () => {
  const bytes = Buffer.allocUnsafeSlow(4_096)
  release(bytes)
  expect(bytes.length).toBe(0)
})

test.each([
  ['a view of the beginning', new Uint8Array(8_192).subarray(0, 4_096)],
  ['a view of the end', new Uint8Array(8_192).subarray(4_096)],
  ['what comes out of a pool', Buffer.from('x'.repeat(2_000))],
  ['what is too small to matter', new Uint8Array(100)],
])('%s is left alone', (_, bytes) => {
  const { length } = bytes
  release(bytes)
  expect(bytes.length).toBe(length)
})
