/** What each cell of the matrix has to show, seen by an application at the SOCKS port of a chain. */
import { createHash, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { pattern, patternDigest, patternStream } from '../support/pattern.js'
import { type Place, socksConnect, socksUdp } from '../support/socks-client.js'
import { GREETING, REPLY_BYTES, type Targets } from '../support/targets.js'
import { take as takeBytes } from '../support/take.js'
import { within } from '../support/within.js'

/** Each way, in each cell. */
export const BULK_BYTES = 32 * 1024 * 1024
const REQUEST_BYTES = 100_000
const DIGEST_BYTES = 32
/** v2ray's servers dial five times, over two seconds, before they give a target up. */
const REFUSED_WITHIN_MS = 10_000
const STEP_WITHIN_MS = 30_000
/** The last is what fits a chunk of v2ray whatever the options (protocol §5.3). */
const DATAGRAM_BYTES = [4, 512, 1400, 1900]

export interface Chain {
  readonly socksPort: number
  readonly targets: Targets
  readonly clientIsOurs: boolean
  readonly serverIsOurs: boolean
  /** Whether several connections may be opened at once without harm. */
  readonly concurrent: boolean
}

export interface Check {
  readonly name: string
  readonly run: (chain: Chain) => Promise<void>
}

export const CHECKS: readonly Check[] = [
  { name: '32 MiB each way', run: exchange },
  { name: 'the target speaks first, by IPv4, IPv6 and name', run: greetings },
  { name: 'the application ends first', run: applicationEnds },
  { name: 'the target ends first', run: targetEnds },
  { name: 'the target refuses', run: refused },
  { name: 'UDP to two targets', run: datagrams },
]

let lastExchange: Promise<unknown> = Promise.resolve()

/** One at a time, whatever the number of cells: the small checks of the others shall not starve. */
function exchange(chain: Chain): Promise<void> {
  const next = lastExchange.then(() => exchangeNow(chain))
  lastExchange = next.catch(() => undefined)
  return next
}

async function exchangeNow(chain: Chain): Promise<void> {
  const socket = await socksConnect(chain.socksPort, { host: '127.0.0.1', port: chain.targets.exchange })
  patternStream('up', BULK_BYTES).pipe(socket, { end: false })
  const received = await take(socket, BULK_BYTES + DIGEST_BYTES)
  socket.destroy()
  const down = createHash('sha256').update(received.subarray(0, BULK_BYTES)).digest('hex')
  same('downlink', down, patternDigest('down', BULK_BYTES))
  same('uplink', received.toString('hex', BULK_BYTES), patternDigest('up', BULK_BYTES))
}

async function greetings(chain: Chain): Promise<void> {
  const hosts = ['127.0.0.1', 'localhost', ...(chain.targets.ipv6 ? ['::1'] : [])]
  await Promise.all(hosts.map((host) => greeting(chain, { host, port: chain.targets.greeter })))
}

async function greeting(chain: Chain, to: Place): Promise<void> {
  const socket = await socksConnect(chain.socksPort, to)
  same(`greeting from ${to.host}`, (await take(socket, GREETING.length)).toString(), GREETING)
  const words = randomBytes(3000)
  socket.write(words)
  same(`echo from ${to.host}`, (await take(socket, words.length)).toString('hex'), words.toString('hex'))
  socket.destroy()
}

/** A v2ray server never ends the target's connection, so there the target must know how much comes. */
async function applicationEnds(chain: Chain): Promise<void> {
  const port = chain.serverIsOurs ? chain.targets.untilEnd : chain.targets.untilLength
  const socket = await socksConnect(chain.socksPort, { host: '127.0.0.1', port })
  const request = announced(REQUEST_BYTES)
  socket.end(request)
  const reply = await take(socket, DIGEST_BYTES + REPLY_BYTES)
  socket.destroy()
  same('request', reply.toString('hex', 0, DIGEST_BYTES), createHash('sha256').update(request).digest('hex'))
  const body = createHash('sha256').update(reply.subarray(DIGEST_BYTES)).digest('hex')
  same('reply after the end', body, patternDigest('reply', REPLY_BYTES))
}

/**
 * A v2ray hop drops what it still holds once both directions have ended, so beside one of those the
 * application ends only when the target has heard everything.
 */
async function targetEnds(chain: Chain): Promise<void> {
  const socket = await socksConnect(chain.socksPort, { host: '127.0.0.1', port: chain.targets.farewell })
  same('greeting', (await take(socket, GREETING.length)).toString(), GREETING)
  const name = randomBytes(16)
  const words = Buffer.concat([name, announced(REQUEST_BYTES)])
  if (chain.clientIsOurs && chain.serverIsOurs) socket.end(words)
  else socket.write(words)
  const heard = await within(STEP_WITHIN_MS, 'the target hears us after its end', chain.targets.heard(name))
  socket.destroy()
  same('what the target heard', heard, createHash('sha256').update(words).digest('hex'))
}

/** VMess has no word for it: the connection ends with nothing in it. */
async function refused(chain: Chain): Promise<void> {
  const place = { host: '127.0.0.1', port: chain.targets.refusing }
  const socket = await socksConnect(chain.socksPort, place).catch(() => undefined)
  if (socket === undefined) return
  socket.on('error', () => socket.destroy())
  let bytes = 0
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  socket.write('anyone?')
  // A reset, an end from v2ray, and whichever comes first.
  const over = new Promise<void>((resolve) => {
    for (const event of ['end', 'close']) socket.once(event, () => resolve())
  })
  await within(REFUSED_WITHIN_MS, 'the connection to a refusing target ends', over)
  socket.destroy()
  same('bytes from a refusing target', String(bytes), '0')
}

async function datagrams(chain: Chain): Promise<void> {
  const association = await socksUdp(chain.socksPort)
  try {
    for (const port of chain.targets.udpEcho) {
      for (const size of DATAGRAM_BYTES) {
        const datagram = randomBytes(size)
        const answer = await association.ask({ host: '127.0.0.1', port }, datagram)
        same(`datagram of ${size}`, answer.toString('hex'), datagram.toString('hex'))
      }
    }
  } finally {
    association.close()
  }
}

/** Noise behind its length. */
function announced(bytes: number): Buffer {
  const request = Buffer.concat([Buffer.alloc(4), ...pattern('request', bytes)])
  request.writeUInt32BE(bytes)
  return request
}

function take(socket: Socket, count: number): Promise<Buffer> {
  return within(STEP_WITHIN_MS, `${count} bytes`, takeBytes(socket, count))
}

function same(what: string, actual: string, expected: string): void {
  if (actual !== expected)
    throw new Error(`${what}: ${actual.slice(0, 64)} instead of ${expected.slice(0, 64)}`)
}
