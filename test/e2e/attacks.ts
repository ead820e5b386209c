/** What strangers do to a port. */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { within } from '../support/within.js'

/** One connection for each. */
export type Attack = readonly Buffer[]

const AT_ONCE = 32
const CLOSED_WITHIN_MS = 30_000
const DRIP_MS = 200
const TURN_MS = 50
const IDLE_SOCKETS = 10_000
/** File descriptors for everything else in this process. */
const SPARE_FILES = 500

/** Sends each stream on a connection of its own, then ends it. Returns what was answered to each. */
export async function attack(port: number, streams: Attack): Promise<Buffer[]> {
  const answers: Buffer[] = []
  const waiting = streams.map((stream, i) => ({ stream, i }))
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      answers[next.i] = await within(
        CLOSED_WITHIN_MS,
        `stream ${next.i} is closed`,
        sendAndEnd(port, next.stream),
      )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return answers
}

function sendAndEnd(port: number, stream: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const answer: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('data', (chunk: Buffer) => answer.push(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(Buffer.concat(answer)))
    socket.end(stream)
  })
}

/** Sends a head one byte at a time until the other side closes. Rejects when it took the whole head. */
export function drip(port: number, head: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const timer = setInterval(() => {
      if (sent < head.length) socket.write(head.subarray(sent, ++sent))
      else
        socket.destroy(new Error(`port ${port} took a head that came in over ${(sent * DRIP_MS) / 1000} s`))
    }, DRIP_MS)
    let fault: Error | undefined
    socket.on('data', () => {})
    socket.on('error', (error) => {
      fault = error
    })
    socket.on('close', () => {
      clearInterval(timer)
      if (fault !== undefined && sent === head.length) reject(fault)
      else resolve()
    })
  })
}

/** Ten thousand, or as many as this process may open. */
export function idleCount(): number {
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
  return Math.min(IDLE_SOCKETS, Number(limit ?? 1024) - SPARE_FILES)
}

/** Opens so many sockets, spread over the ports, and says nothing on any of them. */
export async function holdIdle(ports: readonly number[], count: number): Promise<{ release(): void }> {
  const sockets: Socket[] = []
  const worker = async () => {
    while (sockets.length < count) {
      const socket = connect({ port: ports[sockets.length % ports.length] as number, host: '127.0.0.1' })
      sockets.push(socket)
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
      socket.on('error', () => socket.destroy())
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  // The last ones were accepted by the system; give the program a turn to take them over.
  await delay(TURN_MS)
  return {
    release: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}
