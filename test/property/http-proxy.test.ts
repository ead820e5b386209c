import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asFault } from '../../src/faults/fault.js'
import { BodyMeter } from '../../src/http-proxy/body-meter.js'
import { encodeForwarded } from '../../src/http-proxy/forward.js'
import type { Framing } from '../../src/http-proxy/framing.js'
import { parseHead } from '../../src/http-proxy/head.js'
import { HeadDecoder } from '../../src/http-proxy/head-decoder.js'
import { parseRequest } from '../../src/http-proxy/request.js'
import { parseResponse } from '../../src/http-proxy/response.js'
import { cutAt, feedBorrowed } from '../support/cuts.js'

/** Pieces from which both proper heads and broken ones arise. */
const piece = fc.constantFrom(
  'GET http://a.example/ HTTP/1.1\r\n',
  'CONNECT a.example:443 HTTP/1.1\r\n',
  'POST http://[::1]:8080/p HTTP/1.0\r\n',
  'HTTP/1.1 200 OK\r\n',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: b.example\r\n',
  'Connection: close, x\r\n',
  'X: \xff\t\r\n',
  ' : \r\n',
  '\r\n',
  '\n',
  '\0',
  'body',
)
const message = fc
  .array(piece, { maxLength: 8 })
  .map((pieces) => Buffer.from(`${pieces.join('')}\r\n`, 'latin1'))

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 }).map((data) => {
  const parts = data.map((bytes) => [
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...parts.flat(), Buffer.from('0\r\n\r\n')])
})

function cuts(length: number) {
  return fc.array(fc.nat(length), { maxLength: 6 })
}

/** What the decoder and both parsers make of a message. */
function reading(parts: readonly Uint8Array[]): unknown {
  const decoder = new HeadDecoder()
  const found: unknown[] = []
  try {
    feedBorrowed(parts, (part) => {
      decoder.receive(part)
      const head = decoder.next()
      if (head !== undefined) found.push(head)
    })
    found.push(Buffer.from(decoder.rest()).toString('hex'))
  } catch (error) {
    const fault = asFault(error)
    expect(fault.blame).toBe('peer')
    return fault.code
  }
  return found
}

describe('HTTP heads', () => {
  it('are the same wherever they are cut', () => {
    fc.assert(
      fc.property(
        message.chain((bytes) => fc.tuple(fc.constant(bytes), cuts(bytes.length))),
        ([bytes, at]) => {
          expect(reading(cutAt(bytes, at))).toEqual(reading([bytes]))
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('are requests, answers or faults of the peer', () => {
    fc.assert(
      fc.property(message, fc.boolean(), (bytes, allowTransparent) => {
        const end = bytes.indexOf('\r\n\r\n')
        if (end < 0) return
        for (const read of [
          () => parseRequest(parseHead(bytes.subarray(0, end + 4)), { allowTransparent }),
          () => parseResponse(parseHead(bytes.subarray(0, end + 4)), 'GET'),
        ]) {
          try {
            read()
          } catch (error) {
            expect(asFault(error).blame).toBe('peer')
          }
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('that were forwarded once are forwarded the same again', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.domain(), fc.nat(), (path, host, length) => {
        const lines = [
          `PUT http://${host}${path} HTTP/1.1`,
          `Content-Length: ${length}`,
          'Proxy-X: y',
          '',
          '',
        ]
        const rules = { allowTransparent: true }
        const forward = (head: Uint8Array) => {
          const request = parseRequest(parseHead(head), rules)
          if (request.kind !== 'forward') throw new Error('not a plain request')
          return encodeForwarded(request)
        }
        const once = forward(Buffer.from(lines.join('\r\n')))
        expect(Buffer.from(forward(once)).toString()).toBe(Buffer.from(once).toString())
      }),
    )
  })
})

describe('bodies', () => {
  it('end at the same byte wherever they are cut, and nothing behind them is taken', () => {
    const body: fc.Arbitrary<readonly [Framing, Uint8Array]> = fc.oneof(
      chunks.map((bytes) => [{ kind: 'chunked' }, bytes] as const),
      fc
        .uint8Array({ maxLength: 99 })
        .map((bytes) => [{ kind: 'length', length: bytes.length }, bytes] as const),
    )
    fc.assert(
      fc.property(body, fc.uint8Array({ maxLength: 20 }), cuts(400), ([framing, bytes], next, at) => {
        const whole = Buffer.concat([bytes, next])
        const meter = new BodyMeter(framing)
        let taken = 0
        for (const part of cutAt(
          whole,
          at.filter((place) => place <= whole.length),
        ))
          taken += meter.take(part)
        expect([taken, meter.done]).toEqual([bytes.length, true])
      }),
      { numRuns: 500 },
    )
  })

  it('of any bytes are measured or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const meter = new BodyMeter({ kind: 'chunked' })
        try {
          expect(meter.take(bytes)).toBeLessThanOrEqual(bytes.length)
        } catch (error) {
          expect(asFault(error).code).toBe('HTTP_FRAMING')
        }
      }),
    )
  })
})
