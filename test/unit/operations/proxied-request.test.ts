import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { requestThroughSocks } from '../../../src/operations/proxied-request.js'

const NO_LOGIN = [5, 0]
const GRANTED = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]
const REFUSED = [5, 5, 0, 1, 0, 0, 0, 0, 0, 0]
const TARGET = { address: '192.0.2.7', port: 80 }

let server: Server | undefined

afterEach(() => {
  server?.close()
})

/** A proxy that answers each message with the next of these, and then ends. */
async function request(
  answers: readonly (readonly number[] | string)[],
  signal = AbortSignal.timeout(10_000),
) {
  const heard: Buffer[] = []
  server = createServer((socket) => {
    const left = [...answers]
    socket.on('error', () => {
      // The client gives up as it pleases.
    })
    socket.on('data', (bytes) => {
      heard.push(bytes)
      const answer = left.shift()
      if (answer !== undefined) socket.write(typeof answer === 'string' ? answer : Uint8Array.from(answer))
      if (left.length === 0) socket.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { address, port } = server.address() as AddressInfo
  return { heard, response: await requestThroughSocks({ proxy: { address, port }, target: TARGET, signal }) }
}

describe('a request through SOCKS', () => {
  it('goes step by step', async () => {
    const { heard, response } = await request([
      NO_LOGIN,
      GRANTED,
      'HTTP/1.1 200 OK\r\nx: y\r\n\r\nhello\r\n\r\nyou',
    ])
    expect(response).toEqual({ status: 200, body: 'hello\r\n\r\nyou' })
    expect(heard.slice(0, 2).map((bytes) => [...bytes])).toEqual([
      [5, 1, 0],
      [5, 1, 0, 1, 192, 0, 2, 7, 0, 80],
    ])
    expect(String(heard[2])).toMatch(/^GET \/ HTTP\/1\.1\r\nHost: 192\.0\.2\.7\r\nConnection: close\r\n\r\n$/)
  })

  it.each([
    ['a proxy that wants a login', [[5, 2]], 'the proxy wants a login'],
    ['a proxy that refuses', [NO_LOGIN, REFUSED], 'the proxy replied with code 5'],
    ['a proxy that leaves', [NO_LOGIN, [5]], 'the connection ended early'],
    ['an answer that is no HTTP', [NO_LOGIN, GRANTED, 'SSH-2.0-x\r\n'], 'the answer is no HTTP response'],
  ])('fails with %s', async (_what, answers, why) => {
    await expect(request(answers)).rejects.toMatchObject({ code: 'CLI_CHECK', why })
  })

  it('gives up when the time is over', async () => {
    const over = new AbortController()
    const pending = request([NO_LOGIN, [5], [5], [5]], over.signal)
    server?.once('connection', (socket) => socket.once('data', () => setImmediate(() => over.abort())))
    await expect(pending).rejects.toMatchObject({ code: 'CLI_CHECK', why: 'it took too long' })
  })
})
