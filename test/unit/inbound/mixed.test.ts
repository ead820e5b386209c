import { describe, expect, it } from 'vitest'
import { concat, toHex } from '../../../src/bytes/bytes.js'
import { makeMixedInbound } from '../../../src/inbound/mixed.js'
import { everyByte } from '../../support/cuts.js'
import { LISTEN, makeInboundBench, STREAM, textOf, turns } from '../../support/inbound-bench.js'
import { domain, GREETING_PLAIN, request4, request5 } from '../../support/socks-bytes.js'

async function startMixed() {
  const bench = makeInboundBench()
  const settings = { udp: true, userLevel: 0 }
  const inbound = makeMixedInbound(
    { tag: 'in', protocol: 'mixed', listen: LISTEN, stream: STREAM, settings },
    bench.surroundings,
  )
  await inbound.start()
  return { ...bench, inbound }
}

const REQUESTS = [
  ['SOCKS 5', concat([GREETING_PLAIN, request5(1, domain('a.example', 80))]), '050005000001000000000000'],
  ['SOCKS 4a', request4(80, [0, 0, 0, 1], ['', 'a.example']), '005a000000000000'],
  [
    'HTTP',
    Buffer.from('CONNECT a.example:80 HTTP/1.1\r\n\r\n'),
    Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n').toString('hex'),
  ],
] as const

describe('a mixed inbound', () => {
  it.each(REQUESTS)('recognises %s, even from single bytes', async (_name, request, answer) => {
    const { connect, target, outbound } = await startMixed()
    const client = await connect()
    for (const byte of everyByte(request)) client.connection.write(byte)
    client.connection.write(Buffer.from('early'))
    const server = await target()
    await server.untilReceived(5)
    expect(textOf(server)).toBe('early')
    expect(toHex(client.bytes())).toBe(answer)
    expect(outbound.flows[0]).toMatchObject({ inboundProtocol: 'mixed' })
  })

  it('ends who never says a byte', async () => {
    const { connect, time } = await startMixed()
    const client = await connect()
    await turns(undefined, 3)
    time.advance(62_000)
    await client.untilClosed()
    expect(time.running()).toBe(0)
  })

  it('lets go who only looked', async () => {
    const { connect, lines } = await startMixed()
    const client = await connect()
    client.connection.end()
    await client.untilClosed()
    expect(lines).toEqual([])
  })

  it('says no to TLS as an HTTP proxy does', async () => {
    const { connect } = await startMixed()
    const client = await connect()
    client.connection.write(Uint8Array.of(0x16, 3, 1))
    await client.untilClosed()
    expect(textOf(client)).toContain('HTTP_HEAD')
  })
})
