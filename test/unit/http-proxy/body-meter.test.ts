import { describe, expect, it } from 'vitest'
import { BodyMeter } from '../../../src/http-proxy/body-meter.js'
import { everyByte } from '../../support/cuts.js'
import { faultOf } from '../../support/fault-of.js'

const CHUNKED = { kind: 'chunked' } as const

/** How many bytes of the parts belong to the body, and whether it is complete. */
function measure(meter: BodyMeter, parts: readonly Uint8Array[]): { taken: number; done: boolean } {
  let taken = 0
  for (const part of parts) taken += meter.take(part)
  return { taken, done: meter.done }
}

const BODIES = [
  '0\r\n\r\n',
  '5\r\nhello\r\n0\r\n\r\n',
  '00a\r\n0123456789\r\n1;ext="x"\r\n!\r\n0\r\n\r\n',
  '5 \t; a=\tb\r\nhello\r\n0\r\n\r\n',
  '5 ;a\r\nhello\r\n0\r\nTrailer: x\r\nMore: y\r\n\r\n',
  'A\r\n0123\r\n6789\r\n0\r\n\r\n',
]

describe.each(BODIES)('the chunks %j', (body) => {
  it.each([
    ['one piece', (bytes: Uint8Array) => [bytes]],
    ['single bytes', everyByte],
  ])('end where they end, from %s', (_how, cut) => {
    const result = measure(new BodyMeter(CHUNKED), cut(Buffer.from(`${body}GET / HTTP/1.1`)))
    expect(result).toEqual({ taken: body.length, done: true })
  })

  it('are not complete at any shorter length', () => {
    for (let length = 0; length < body.length; length++) {
      const meter = new BodyMeter(CHUNKED)
      expect(measure(meter, [Buffer.from(body.slice(0, length))])).toEqual({ taken: length, done: false })
      expect(meter.mayClose).toBe(false)
    }
  })
})

describe('BodyMeter', () => {
  it('counts a length', () => {
    const meter = new BodyMeter({ kind: 'length', length: 5 })
    expect(meter.take(Buffer.from('abc'))).toBe(3)
    expect(meter.done).toBe(false)
    expect(meter.take(Buffer.from('xxdefg'), 2)).toBe(2)
    expect(meter.done).toBe(true)
    expect(meter.take(Buffer.from('more'))).toBe(0)
  })

  it('is done at once without a body', () => {
    expect(new BodyMeter({ kind: 'length', length: 0 }).done).toBe(true)
  })

  it('takes everything when the end of the connection is the end', () => {
    const meter = new BodyMeter({ kind: 'until-close' })
    expect(meter.take(Buffer.alloc(100))).toBe(100)
    expect(meter.done).toBe(false)
    expect(meter.mayClose).toBe(true)
  })

  it.each([
    ['no size', '\r\n'],
    ['no number', 'x\r\n'],
    ['a minus', '-1\r\n'],
    ['a prefix', '0x5\r\nhello\r\n'],
    ['a bare line feed', '5\nhello\r\n'],
    ['a carriage return inside a size', '5\rx\nhello'],
    ['a line feed inside an extension', '5;a\nhello'],
    ['more data than the size', '5\r\nhello!\r\n'],
    ['a bare line feed after the data', '5\r\nhello\n0\r\n\r\n'],
    ['too many digits', `${'1'.repeat(14)}\r\n`],
    ['an endless extension', `5;${'x'.repeat(5000)}`],
    ['a second number', '5 5\r\nhello\r\n'],
    ['a space with nothing behind it', '5 \r\nhello\r\n'],
    ['a zero byte inside an extension', '5;a\0\r\nhello'],
    ['an escape inside an extension', '5;a\x1b[2J\r\nhello'],
    ['a zero byte inside a trailer', '0\r\nX: \0\r\n\r\n'],
    ['a delete inside a trailer', '0\r\nX: \x7f\r\n\r\n'],
    ['endless trailers', `0\r\n${'X: y\r\n'.repeat(20_000)}`],
    ['a trailer with a bare line feed', '0\r\nX: y\n\r\n'],
  ])('refuses %s', (_name, body) => {
    for (const parts of [[Buffer.from(body)], everyByte(Buffer.from(body))]) {
      const meter = new BodyMeter(CHUNKED)
      expect(faultOf(() => measure(meter, parts)).code).toBe('HTTP_FRAMING')
    }
  })
})
