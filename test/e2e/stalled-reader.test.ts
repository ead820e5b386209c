import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pattern } from '../support/pattern.js'
import { PatternCheck } from '../support/pattern-check.js'
import { startPair, type TestPair } from './pair.js'

const GIB = 1024 ** 3
const MOST_MIB = 100
const POLL_MS = 50
/** So many looks in a row without a new byte taken: nothing moves any more. */
const STILL_LOOKS = 10

let server: Server
let pair: TestPair
let accepted: Promise<Socket>

beforeEach(async () => {
  accepted = new Promise((resolve) => {
    server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.once('data', () => resolve(socket.pause()))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  pair = await startPair((server.address() as { port: number }).port)
})

afterEach(async () => {
  await pair.process.stop()
  await new Promise((done) => server.close(done))
})

for (const direction of ['uplink', 'downlink'] as const) {
  it(`1 GiB of ${direction} behind a reader that stalls stays out of memory`, {
    timeout: 240_000,
  }, async () => {
    const application = connect({ port: pair.port, host: '127.0.0.1' })
    application.on('error', () => application.destroy())
    application.write('!')
    const target = await accepted
    const [writer, reader] = direction === 'uplink' ? [application, target] : [target, application]
    const before = pair.process.residentMiB()

    const written = writeAll(writer)
    await untilStill(writer)
    expect(writer.bytesWritten).toBeLessThan(GIB / 8)
    await Promise.all([written, readAll(reader)])

    expect(pair.process.peakMiB() - before).toBeLessThan(MOST_MIB)
    application.destroy()
  })
}

async function writeAll(socket: Socket): Promise<void> {
  for (const block of pattern('stalled', GIB)) {
    if (!socket.write(block)) await once(socket, 'drain')
  }
}

/** Resolves once what lies between the writer and the reader is full. */
async function untilStill(socket: Socket): Promise<void> {
  for (let still = 0, seen = -1; still < STILL_LOOKS; await delay(POLL_MS)) {
    still = socket.bytesWritten === seen ? still + 1 : 0
    seen = socket.bytesWritten
  }
}

function readAll(socket: Socket): Promise<void> {
  const check = new PatternCheck('stalled', GIB)
  return new Promise((resolve, reject) => {
    socket.on('close', () => reject(new Error('closed before all bytes had come')))
    socket.on('data', (chunk: Buffer) => {
      check.take(chunk)
      if (check.complete) resolve()
    })
    socket.resume()
  })
}
