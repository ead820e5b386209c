import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeMessageHead, MessageDecoder, MOST_MESSAGE, MOST_PAYLOAD } from '../../../src/grpc/message.js'
import { faultOf } from '../../support/fault-of.js'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const HELLO = '00 00000007 0a 05 68656c6c6f'

describe('the head of a message', () => {
  // protocol §10.5
  it.each([
    [5, '00 00000007 0a 05'],
    [127, '00 00000081 0a 7f'],
    [128, '00 00000083 0a 8001'],
    [300, '00 0000012f 0a ac02'],
    [16_384, '00 00004004 0a 808001'],
    [MOST_PAYLOAD, '00 00008004 0a 808002'],
  ])('of %i bytes', (length, expected) => {
    expect(Buffer.from(encodeMessageHead(length))).toEqual(Buffer.from(hex(expected)))
  })
})

describe('messages', () => {
  it('give their payload', () => {
    expect(decode(hex(HELLO))).toEqual(['68656c6c6f'])
  })

  it('of several hunks give them all', () => {
    expect(decode(hex('00 00000009 0a02 6162 0a03 636465'))).toEqual(['6162', '636465'])
  })

  it('that are empty give nothing', () => {
    expect(decode(hex(`00 00000000 00 00000002 0a00 ${HELLO}`))).toEqual(['68656c6c6f'])
  })

  it('release payload before they are whole', () => {
    const decoder = new MessageDecoder()
    decoder.receive(hex('00 00000007 0a 05 6865'))
    expect(decoder.next()).toEqual(hex('6865'))
    expect(decoder.next()).toBeUndefined()
  })

  it('give the same however they are cut', () => {
    const message = fc.uint8Array({ minLength: 1, maxLength: 400 })
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.infiniteStream(fc.nat(50)), (payloads, cuts) => {
        const wire = Buffer.concat(payloads.flatMap((each) => [encodeMessageHead(each.length), each]))
        const decoder = new MessageDecoder()
        const out: Uint8Array[] = []
        for (let at = 0; at < wire.length; ) {
          const size = 1 + (cuts.next().value as number)
          decoder.receive(wire.subarray(at, at + size))
          for (let next = decoder.next(); next !== undefined; next = decoder.next()) out.push(next)
          at += size
        }
        decoder.finish()
        expect(Buffer.concat(out)).toEqual(Buffer.concat(payloads))
      }),
    )
  })
})

describe('messages that are refused', () => {
  it.each([
    ['compressed', '01 00000007', /compressed/],
    ['too long', `00 ${(MOST_MESSAGE + 1).toString(16).padStart(8, '0')}`, /at most 4194304/],
    ['another field', '00 00000003 12 01 61', /tag 0x12/],
    ['a field longer than its message', '00 00000003 0a 02 61', /2 bytes in a message that has 1 left/],
    ['a length that does not end', '00 000000ff 0a ffffffffff', /does not end/],
    ['a length cut by its message', '00 00000002 0a 80 00', /ends inside the length/],
    ['no length at all', '00 00000001 0a 05', /ends inside the length/],
  ])('%s', (_, wire, why) => {
    const decoder = new MessageDecoder()
    decoder.receive(hex(wire))
    const fault = faultOf(() => decoder.next())
    expect(fault.code).toBe('TRANSPORT_GRPC_MESSAGE')
    expect(fault.why).toMatch(why)
    expect(faultOf(() => decoder.next())).toBe(fault)
  })

  it('a stream that ends inside a message', () => {
    for (let length = 1; length < hex(HELLO).length; length++) {
      const decoder = new MessageDecoder()
      decoder.receive(hex(HELLO).subarray(0, length))
      while (decoder.next() !== undefined);
      expect(faultOf(() => decoder.finish()).code).toBe('WIRE_TRUNCATED')
    }
  })
})

function decode(wire: Uint8Array): string[] {
  const decoder = new MessageDecoder()
  const out: string[] = []
  decoder.receive(wire)
  for (let next = decoder.next(); next !== undefined; next = decoder.next())
    out.push(Buffer.from(next).toString('hex'))
  decoder.finish()
  return out
}
