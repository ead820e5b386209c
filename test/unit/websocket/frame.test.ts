import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../../../src/bytes/bytes.js'
import { encodeControl, encodeMessages, MESSAGE_BYTES, OPCODE } from '../../../src/websocket/frame.js'
import { WebSocketDecoder, type WebSocketEvent } from '../../../src/websocket/frame-decoder.js'
import { faultOf } from '../../support/fault-of.js'

/** The key of the examples in RFC 6455 §5.7. */
const makeKey = (): Uint8Array => fromHex('37fa213d')
const hello = (): Uint8Array => new Uint8Array(Buffer.from('Hello'))

function decode(role: 'client' | 'server', bytes: Uint8Array): WebSocketEvent[] {
  const decoder = new WebSocketDecoder(role)
  decoder.receive(bytes)
  const events: WebSocketEvent[] = []
  for (let event = decoder.next(); event !== undefined; event = decoder.next()) events.push(event)
  return events
}

describe('messages', () => {
  it.each([
    ['server', '82 05 48656c6c6f'],
    ['client', '82 85 37fa213d 7f9f4d5158'],
  ] as const)('of a %s are those of RFC 6455', (role, hex) => {
    expect(toHex(concat(encodeMessages([hello()], role, makeKey)))).toBe(hex.replaceAll(' ', ''))
  })

  it.each([1, 125, 126, 65_535, 65_536, 200_000])(
    'of %i bytes come back, however they were cut',
    (length) => {
      const bytes = Uint8Array.from({ length }, (_, i) => i * 7)
      const pieces = [
        bytes.subarray(0, 2),
        bytes.subarray(2, length - 1),
        bytes.subarray(Math.max(2, length - 1)),
      ]
      const wire = concat(
        encodeMessages(
          pieces.map((piece) => new Uint8Array(piece)),
          'client',
          makeKey,
        ),
      )
      expect(wire.length - length).toBe(
        Math.ceil(length / MESSAGE_BYTES) * (length < 126 ? 6 : 8) - (length === 65_536 ? 2 : 0),
      )
      const data = decode('server', wire).map((event) =>
        event.kind === 'data' ? event.bytes : fromHex('ff'),
      )
      expect(Buffer.compare(concat(data), bytes)).toBe(0)
    },
  )

  it('of nothing are none', () => {
    expect(encodeMessages([new Uint8Array(0)], 'client', makeKey)).toEqual([])
  })
})

describe('control frames', () => {
  it('are those of RFC 6455', () => {
    const pong = encodeControl({ opcode: OPCODE.pong, payload: hello() }, 'client', makeKey)
    expect(toHex(pong)).toBe('8a8537fa213d7f9f4d5158')
  })

  it('leave the payload that they were given alone', () => {
    const payload = hello()
    encodeControl({ opcode: OPCODE.pong, payload }, 'client', makeKey)
    expect(payload).toEqual(hello())
  })

  it('of a peer are told with their payload, between the pieces of a message', () => {
    const events = decode('client', fromHex('02 03 48656c 89 01 21 8a 00 80 02 6c6f 88 02 03e8 82 01 00'))
    expect(events).toEqual([
      { kind: 'data', bytes: fromHex('48656c') },
      { kind: 'ping', payload: fromHex('21') },
      { kind: 'pong' },
      { kind: 'data', bytes: fromHex('6c6f') },
      { kind: 'close', code: 1000 },
    ])
  })
})

describe('what breaks the rules', () => {
  it.each([
    ['a masked frame of a server', '81 85 37fa213d', ['a frame of a server is masked', 1002]],
    ['RSV1', 'c2 00', ['RSV1 is set', 1002]],
    ['RSV3', '92 00', ['RSV2 or RSV3 is set', 1002]],
    ['a data opcode that is none', '83 00', ['opcode 3', 1002]],
    ['a control opcode that is none', '8b 00', ['opcode 11', 1002]],
    ['a message inside a message', '02 01 00 82 01 00', ['opcode 2', 1002]],
    ['nothing that is continued', '80 01 00', ['opcode 0', 1002]],
    ['a ping in fragments', '09 00', ['a control frame in fragments', 1002]],
    ['a long ping', '89 7e 0080', ['a control frame of more than 125 bytes', 1002]],
    ['half a close code', '88 01 03', ['a close frame with one byte', 1002]],
    ['a close code for programs', '88 02 03ee', ['close code 1006', 1002]],
    ['a giant frame', '82 7f 0000000000100001', ['a message of more than 1048576 bytes', 1009]],
    ['the longest length', '82 7f ffffffffffffffff', ['a message of more than 1048576 bytes', 1009]],
  ])('%s', (_, hex, expected) => {
    const decoder = new WebSocketDecoder('client')
    decoder.receive(fromHex(hex))
    const step = (): void => {
      while (decoder.next() !== undefined);
    }
    const fault = faultOf(step)
    expect([fault.why, decoder.closeCode]).toEqual(expected)
    expect(fault.code).toBe('TRANSPORT_WEBSOCKET')
    decoder.receive(fromHex('8200'))
    expect(faultOf(step)).toBe(fault)
  })

  it('fragments without end, though they are empty', () => {
    const decoder = new WebSocketDecoder('client')
    const endless = concat([fromHex('0200'), ...Array.from({ length: 4_096 }, () => fromHex('0000'))])
    decoder.receive(endless)
    expect(faultOf(() => decoder.next()).why).toBe('a message of more than 4096 fragments')
    expect(decoder.closeCode).toBe(1009)
  })
})
