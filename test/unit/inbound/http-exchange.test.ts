import { describe, expect, it } from 'vitest'
import { parseHead } from '../../../src/http-proxy/head.js'
import { parseRequest } from '../../../src/http-proxy/request.js'
import { HttpExchange } from '../../../src/inbound/http-exchange.js'
import { makePair, Recorder } from '../../../src/testing.js'
import { faultOf } from '../../support/fault-of.js'
import { textOf, turns } from '../../support/inbound-bench.js'

const HEAD = 'GET http://a.example/ HTTP/1.1\r\n\r\n'
const FORWARDED = 'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n'
const OK = 'HTTP/1.1 204 No Content\r\n\r\n'

function makeExchange() {
  const [client, application] = makePair({ highWaterMark: 100 })
  const request = parseRequest(parseHead(Buffer.from(HEAD)), { allowTransparent: false })
  if (request.kind !== 'forward') throw new Error('not a plain request')
  let done = false
  const exchange = new HttpExchange({
    client,
    request,
    mayPersist: () => true,
    onDone: () => {
      done = true
    },
  })
  return { exchange, client, application, isDone: () => done }
}

describe('HttpExchange', () => {
  it('leaves the next requests in the connection, even if the relay wants to go on', async () => {
    const { exchange, client, application } = makeExchange()
    const relay = new Recorder(exchange)
    application.write(Buffer.from('second'))
    await turns(undefined, 3)
    exchange.resume()
    application.write(Buffer.from('third'))
    await turns(undefined, 3)
    expect(textOf(relay)).toBe(FORWARDED)
    exchange.write(Buffer.from(OK))
    expect(exchange.reusable).toBe(true)
    const next = new Recorder(client)
    await next.untilReceived(11)
    expect(textOf(next)).toBe('secondthird')
  })

  it('passes on backpressure, and what is not sent yet', async () => {
    const { exchange, application } = makeExchange()
    const relay = new Recorder(exchange)
    const body = 'x'.repeat(500)
    const ready = exchange.write(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${body}`))
    expect(ready).toBe(false)
    expect(exchange.unsent).toBeGreaterThan(500)
    const reader = new Recorder(application)
    await reader.untilReceived(500)
    await relay.until('there is room', () => relay.drains > 0)
    expect(exchange.unsent).toBe(0)
  })

  it('is as good as closed for the relay once it is over', async () => {
    const { exchange, application, isDone } = makeExchange()
    const relay = new Recorder(exchange)
    await relay.untilReceived(FORWARDED.length)
    exchange.write(Buffer.from(OK))
    expect(isDone()).toBe(true)
    await relay.untilClosed()
    exchange.abort()
    exchange.end()
    expect(exchange.write(Buffer.from('more'))).toBe(true)
    const reader = new Recorder(application)
    await turns(undefined, 5)
    expect(textOf(reader)).toBe('HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n')
    expect([relay.closes, relay.fault, reader.ends, reader.closes]).toEqual([1, undefined, 0, 0])
  })

  it('cannot take back what it gave', () => {
    const { exchange } = makeExchange()
    expect(faultOf(() => exchange.unread()).code).toBe('INTERNAL_INVARIANT')
  })
})
