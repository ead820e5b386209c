/**
 * Where measured traffic begins, as a process of its own. Takes one job at a time over IPC and
 * answers when it is done. The orders that its connections give are those of `target.ts`.
 */
import { connect, type Socket } from 'node:net'

/** `stalled` of a download: read nothing for the first two seconds. */
export type Job =
  | {
      readonly kind: 'upload' | 'upload-stalled' | 'download' | 'download-stalled'
      readonly port: number
      readonly bytes: number
    }
  | { readonly kind: 'connections'; readonly port: number; readonly count: number; readonly atOnce: number }
  | { readonly kind: 'hold'; readonly port: number; readonly count: number }
  | { readonly kind: 'release' }

export type JobResult = { readonly seconds: number } | { readonly error: string }

const BLOCK = Buffer.alloc(256 * 1024, 0xa5)
const READ_BUFFER = Buffer.alloc(256 * 1024)
const REPLY_BYTES = 200
const MOST_ATTEMPTS = 3
const STALL_MS = 2_000
const HOLD_AT_ONCE = 32
/** A connection in which nothing happens for so long is lost. */
const SILENT_MS = 15_000
const held: Socket[] = []

function order(letter: string, count: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes.write(letter)
  bytes.writeBigUInt64BE(BigInt(count), 1)
  return bytes
}

/** A connection that counts what it reads into one static buffer, and is closed when it falls silent. */
function open(port: number, onRead: (bytes: number) => void): Socket {
  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: READ_BUFFER,
      callback: (bytes) => {
        onRead(bytes)
        return true
      },
    },
  })
  return socket.setTimeout(SILENT_MS, () => socket.destroy())
}

function upload(port: number, bytes: number, letter: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = bytes
    let acknowledged = false
    const socket = open(port, () => {
      acknowledged = true
      socket.destroy()
    })
    const more = () => {
      while (left > 0) {
        const block = left >= BLOCK.length ? BLOCK : BLOCK.subarray(0, left)
        left -= block.length
        if (!socket.write(block)) return
      }
    }
    socket.on('drain', more)
    socket.on('error', reject)
    socket.on('close', () => {
      if (acknowledged) resolve()
      else reject(new Error(`upload ended with ${left} bytes left to write`))
    })
    socket.write(order(letter, bytes))
    more()
  })
}

function download(port: number, bytes: number, stallMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = bytes
    const socket = open(port, (count) => {
      left -= count
      if (left === 0) socket.destroy()
    })
    socket.on('error', reject)
    socket.on('end', () => socket.destroy())
    socket.on('close', () => {
      if (left === 0) resolve()
      else reject(new Error(`download ended with ${left} of ${bytes} bytes missing`))
    })
    socket.write(order('D', bytes))
    if (stallMs === 0) return
    socket.once('connect', () => {
      socket.pause()
      setTimeout(() => socket.resume(), stallMs)
    })
  })
}

/** v2ray, once in many thousand times, loses a connection that has only just begun. */
async function insist(job: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await job()
      return
    } catch (error) {
      if (attempt === MOST_ATTEMPTS) throw error
    }
  }
}

async function repeat(count: number, atOnce: number, job: () => Promise<void>): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) await job()
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker))
}

function hold(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = open(port, () => {
      socket.setTimeout(0)
      held.push(socket)
      resolve()
    })
    socket.on('error', reject)
    socket.on('end', () => socket.destroy())
    socket.on('close', () => reject(new Error('a connection to be held was closed')))
    socket.write(order('I', 0))
  })
}

async function run(job: Job): Promise<void> {
  switch (job.kind) {
    case 'upload':
      return upload(job.port, job.bytes, 'U')
    case 'upload-stalled':
      return upload(job.port, job.bytes, 'S')
    case 'download':
      return download(job.port, job.bytes, 0)
    case 'download-stalled':
      return download(job.port, job.bytes, STALL_MS)
    case 'connections':
      return repeat(job.count, job.atOnce, () => insist(() => download(job.port, REPLY_BYTES, 0)))
    case 'hold':
      return repeat(job.count, HOLD_AT_ONCE, () => insist(() => hold(job.port)))
    case 'release':
      for (const socket of held.splice(0)) socket.destroy()
  }
}

process.on('message', (job: Job) => {
  const began = performance.now()
  run(job).then(
    () => process.send?.({ seconds: (performance.now() - began) / 1000 } satisfies JobResult),
    (error: Error) => process.send?.({ error: error.message } satisfies JobResult),
  )
})
process.on('disconnect', () => process.exit(0))
