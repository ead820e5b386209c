/** What local applications say: SOCKS and HTTP. */
import { HeadDecoder } from '../../src/http-proxy/head-decoder.js'
import { BodyMeter } from '../../src/http-proxy/body-meter.js'
import { decodeDatagram, encodeDatagram } from '../../src/socks/datagram.js'
import { SocksServerSession } from '../../src/socks/server-session.js'
import { makeDestination } from '../../src/address/destination.js'
import { fromHex } from '../../src/bytes/bytes.js'
import type { Target } from './harness.js'
import { cut } from './mutate.js'

const text = (lines: string): Uint8Array => Buffer.from(lines.replaceAll('\n', '\r\n'), 'latin1')

const socks: Target = {
  name: 'socks',
  samples: [
    // Greeting without login, CONNECT to an IPv4 address, a name, an IPv6 address.
    fromHex('050100 05010001 7f000001 0050'),
    fromHex('050100 05010003 0b 6578616d706c652e636f6d 01bb'),
    fromHex('05020002 05010004 00000000000000000000000000000001 0035'),
    // Greeting with login, then UDP ASSOCIATE.
    fromHex('050102 0102 6162 03 636465 05030001 00000000 0000'),
    // SOCKS 4 and 4a.
    fromHex('0401 0050 7f000001 61 00'),
    fromHex('0401 0050 00000001 61 00 6578616d706c652e636f6d 00'),
  ],
  run(input, dice) {
    const check = dice.pick([undefined, (user: string, pass: string) => user === 'ab' && pass === 'cde'])
    const session = new SocksServerSession({ check, udp: dice.pick([true, false]) })
    for (const piece of cut(input, dice)) {
      session.receive(piece)
      for (let event = session.next(); event !== undefined; event = session.next()) {
        if (event.kind === 'request') return [session, event.reply(0, event.destination), session.rest()]
      }
    }
    session.finish()
    return session
  },
}

const datagram: Target = {
  name: 'socks-datagram',
  samples: [
    encodeDatagram({ peer: makeDestination('127.0.0.1', 53), payload: Uint8Array.of(1, 2, 3) }),
    encodeDatagram({ peer: makeDestination('example.com', 53), payload: Uint8Array.of(1) }),
    encodeDatagram({ peer: makeDestination('::1', 53), payload: Uint8Array.of() }),
  ],
  run: (input) => decodeDatagram(input),
}

const httpHead: Target = {
  name: 'http-head',
  samples: [
    text('GET http://example.com/a?b HTTP/1.1\nHost: example.com\nProxy-Connection: keep-alive\n\n'),
    text('CONNECT [::1]:443 HTTP/1.1\nHost: [::1]:443\nProxy-Authorization: Basic YTpi\n\nrest'),
    text('POST http://a:81/ HTTP/1.0\nContent-Length: 3\nConnection: close, x\n\nabc'),
  ],
  run(input, dice) {
    const decoder = new HeadDecoder()
    for (const piece of cut(input, dice)) {
      decoder.receive(piece)
      const head = decoder.next()
      if (head !== undefined) return [head, decoder.rest()]
    }
    decoder.finish()
    return decoder
  },
}

const httpChunks: Target = {
  name: 'http-chunks',
  samples: [text('5\nhello\n0\n\n'), text('a;x=y\n0123456789\n1\nz\n0\nTrailer: 1\n\nGET /'), text('0\n\n')],
  run(input, dice) {
    const meter = new BodyMeter({ kind: 'chunked' })
    for (const piece of cut(input, dice)) {
      const taken = meter.take(piece)
      if (taken > piece.length) throw new RangeError('more was taken than was given')
    }
    return meter
  },
}

export const APPLICATION_TARGETS: readonly Target[] = [socks, datagram, httpHead, httpChunks]
