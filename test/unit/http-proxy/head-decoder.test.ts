import { describe, expect, it } from 'vitest'
import { HEAD_LIMIT, HeadDecoder } from '../../../src/http-proxy/head-decoder.js'
import { everyByte, feedBorrowed } from '../../support/cuts.js'
import { faultOf } from '../../support/fault-of.js'

const HEAD = 'GET / HTTP/1.1\r\nHost: a.example\r\nX:   y \r\n\r\n'

describe('HeadDecoder', () => {
  it.each([
    ['one piece', (bytes: Uint8Array) => [bytes]],
    ['single bytes', everyByte],
  ])('reads a head from %s and leaves the rest', (_how, cut) => {
    const decoder = new HeadDecoder()
    const heads: unknown[] = []
    feedBorrowed(cut(Buffer.from(`\r\n\r\n${HEAD}body`)), (part) => {
      decoder.receive(part)
      const head = decoder.next()
      if (head !== undefined) heads.push(head)
    })
    const fields = [
      ['Host', 'a.example'],
      ['X', 'y'],
    ]
    expect(heads).toEqual([{ start: 'GET / HTTP/1.1', fields }])
    expect(Buffer.from(decoder.rest()).toString()).toBe('body')
  })

  it('has no head at any shorter length, and says so at the end', () => {
    for (let length = 1; length < HEAD.length; length++) {
      const decoder = new HeadDecoder()
      decoder.receive(Buffer.from(HEAD.slice(0, length)))
      expect(decoder.next()).toBeUndefined()
      expect(faultOf(() => decoder.finish()).code).toBe('WIRE_TRUNCATED')
    }
    new HeadDecoder().finish()
  })

  it('takes a head of the longest size and refuses a longer one', () => {
    const head = (size: number) => `GET / HTTP/1.1\r\nX: ${'x'.repeat(size - 23)}\r\n\r\n`
    const longest = new HeadDecoder()
    longest.receive(Buffer.from(head(HEAD_LIMIT)))
    expect(longest.next()?.fields).toHaveLength(1)
    const longer = new HeadDecoder()
    longer.receive(Buffer.from(head(HEAD_LIMIT + 1)))
    const fault = faultOf(() => longer.next())
    expect(fault.code).toBe('HTTP_HEAD_SIZE')
    expect(faultOf(() => longer.next())).toBe(fault)
  })

  it('refuses a head that never ends once it is too long', () => {
    const decoder = new HeadDecoder()
    let fed = 0
    const fault = faultOf(() => {
      for (; ; fed += 1000) {
        decoder.receive(Buffer.alloc(1000, 'x'))
        decoder.next()
      }
    })
    expect(fault.code).toBe('HTTP_HEAD_SIZE')
    expect(fed).toBeLessThan(HEAD_LIMIT + 1000)
  })

  it('skips any number of empty lines in a moment', () => {
    const decoder = new HeadDecoder()
    const started = performance.now()
    for (let read = 0; read < 64; read++) {
      decoder.receive(Buffer.from('\r\n'.repeat(32 * 1024)))
      expect(decoder.next()).toBeUndefined()
    }
    decoder.receive(Buffer.from(HEAD))
    expect(decoder.next()?.start).toBe('GET / HTTP/1.1')
    expect(performance.now() - started).toBeLessThan(400)
  })

  it.each([
    ['a bare line feed', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00'],
    ['SOCKS', '\x05\x01\x00'],
    ['an empty line of one byte', '\nGET / HTTP/1.1\r\n\r\n'],
  ])('refuses %s at once', (_name, text) => {
    const decoder = new HeadDecoder()
    decoder.receive(Buffer.from(text, 'latin1'))
    expect(faultOf(() => decoder.next()).code).toBe('HTTP_HEAD')
  })
})
