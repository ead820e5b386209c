import { describe, expect, it } from 'vitest'
import { xorMask } from '../../../src/bytes/xor-mask.js'

const KEY = new Uint8Array([0x37, 0xfa, 0x21, 0x3d])

describe('xorMask', () => {
  it('masks the example of RFC 6455 §5.7', () => {
    const bytes = new Uint8Array(Buffer.from('Hello'))
    xorMask(bytes, KEY)
    expect([...bytes]).toEqual([0x7f, 0x9f, 0x4d, 0x51, 0x58])
  })

  it.each([0, 1, 2, 3, 5, 7])('does so wherever the bytes lie in memory: offset %i', (offset) => {
    for (let length = 0; length < 200; length++) {
      const memory = new Uint8Array(offset + length + 3).fill(0xee)
      const bytes = memory.subarray(offset, offset + length)
      bytes.forEach((_, i) => {
        bytes[i] = i * 7
      })
      xorMask(bytes, KEY)
      expect([...bytes]).toEqual(Array.from({ length }, (_, i) => ((i * 7) & 0xff) ^ (KEY[i % 4] as number)))
      expect([...memory.subarray(0, offset), ...memory.subarray(offset + length)]).toEqual(
        Array.from({ length: offset + 3 }, () => 0xee),
      )
    }
  })

  it.each([0, 1, 2, 3, 6, 64, 101])('goes on where %i bytes were masked before', (first) => {
    const whole = Uint8Array.from({ length: 300 }, (_, i) => i)
    const parts = new Uint8Array(whole)
    xorMask(whole, KEY)
    xorMask(parts.subarray(0, first), KEY)
    xorMask(parts.subarray(first), KEY, first)
    expect(parts).toEqual(whole)
  })
})
