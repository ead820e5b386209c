/** How much goes through a tunnel in a second. */
import type { Connection } from '../../contracts/connection.js'
import type { Profile } from '../../dialects/profile.js'
import { asFault, Fault } from '../../faults/fault.js'
import { withDeadline } from '../deadline.js'
import { openTunnel } from './tunnel.js'
import { parseWebTarget, requestHead, statusOf, type WebTarget } from './web-target.js'

/** Large files over plain http, and a place that takes any upload. */
export const DOWNLOAD_URL = 'http://speedtest.tele2.net/10GB.zip'
export const UPLOAD_URL = 'http://speedtest.tele2.net/upload.php'

export interface SpeedOptions {
  readonly upload: boolean
  /** From the first byte. */
  readonly durationMs: number
  /** Ends earlier, when so many bytes have passed. */
  readonly maxBytes?: number | undefined
  /** Plain http; for downloads a large file. */
  readonly url: string
  /** Told now and then while it runs. */
  readonly onProgress?: (name: string, bytes: number) => void
}

export interface SpeedResult {
  readonly name: string
  readonly ok: boolean
  readonly direction: 'download' | 'upload'
  /** Of payload. */
  readonly bytes: number
  readonly durationMs: number
  readonly bytesPerSecond: number
  readonly fault?: Fault
}

/** Until the first byte. */
const ANSWER_MS = 10_000
const BLOCK = Buffer.alloc(64 * 1024)
const BLOCK_HEAD = Buffer.from(`${BLOCK.length.toString(16)}\r\n`)
const CHUNK = Buffer.concat([BLOCK_HEAD, BLOCK, Buffer.from('\r\n')])
/** Written in one turn before others get theirs. */
const CHUNKS_PER_TURN = 16

/** One after the other: together they would share the line. The fastest first, failures last. */
export async function testSpeed(profiles: readonly Profile[], options: SpeedOptions): Promise<SpeedResult[]> {
  const target = parseWebTarget(options.url)
  const results: SpeedResult[] = []
  for (const profile of profiles) results.push(await testOne(profile, target, options))
  return results.sort((a, b) => b.bytesPerSecond - a.bytesPerSecond)
}

async function testOne(profile: Profile, target: WebTarget, options: SpeedOptions): Promise<SpeedResult> {
  const direction = options.upload ? 'upload' : 'download'
  const nothing = {
    name: profile.name,
    direction,
    ok: false,
    bytes: 0,
    durationMs: 0,
    bytesPerSecond: 0,
  } as const
  try {
    const tunnel = openTunnel(profile)
    try {
      const connection = await withDeadline(ANSWER_MS, 'not reached', (signal) =>
        tunnel.connect(target.destination, signal),
      )
      const transfer = new Transfer(connection, target, { ...options, name: profile.name })
      const { bytes, durationMs } = await transfer.ended
      const bytesPerSecond = durationMs === 0 ? 0 : Math.round((bytes / durationMs) * 1_000)
      return {
        name: profile.name,
        ok: true,
        direction,
        bytes,
        durationMs: Math.round(durationMs),
        bytesPerSecond,
      }
    } finally {
      await tunnel.close()
    }
  } catch (error) {
    return { ...nothing, fault: asFault(error) }
  }
}

interface Moved {
  readonly bytes: number
  readonly durationMs: number
}

/** One request whose body is counted, until the time is over or enough has passed. */
class Transfer {
  readonly ended: Promise<Moved>
  readonly #connection: Connection
  readonly #options: SpeedOptions & { readonly name: string }
  #settle: (result: Moved | Fault) => void = () => undefined
  #bytes = 0
  #begun: number | undefined
  #over = false
  #timer: NodeJS.Timeout

  constructor(connection: Connection, target: WebTarget, options: SpeedOptions & { readonly name: string }) {
    this.#connection = connection
    this.#options = options
    this.ended = new Promise((resolve, reject) => {
      this.#settle = (result) => {
        this.#over = true
        clearTimeout(this.#timer)
        connection.abort()
        if (result instanceof Fault) reject(result)
        else resolve(result)
      }
    })
    this.#timer = setTimeout(() => {
      this.#settle(new Fault('DIAL_TIMEOUT', { why: `no answer within ${ANSWER_MS} ms` }))
    }, ANSWER_MS)
    connection.start({
      onData: (bytes) => this.#heard(bytes),
      onEnd: () => this.#finish(),
      onDrain: () => this.#send(),
      onClose: (fault) => this.#finish(fault),
    })
    if (options.upload) {
      connection.write(requestHead('POST', target, ['Transfer-Encoding: chunked']))
      this.#begin()
      this.#send()
    } else connection.write(requestHead('GET', target))
  }

  #begin(): void {
    this.#begun = performance.now()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#finish(), this.#options.durationMs)
  }

  #heard(bytes: Uint8Array): void {
    const isFirst = this.#options.upload || this.#begun === undefined
    const refusal = isFirst ? refusalOf(bytes) : undefined
    if (refusal !== undefined) this.#settle(refusal)
    // A server that answers an upload before the end has had enough.
    else if (this.#options.upload) this.#finish()
    else if (isFirst) {
      this.#begin()
      this.#count(Math.max(0, bytes.length - headLength(bytes)))
    } else this.#count(bytes.length)
  }

  #send(): void {
    if (!this.#options.upload || this.#over) return
    for (let i = 0; i < CHUNKS_PER_TURN; i++) {
      if (!this.#connection.write(Buffer.from(CHUNK))) {
        this.#count(BLOCK.length)
        return
      }
      if (this.#count(BLOCK.length)) return
    }
    setImmediate(() => this.#send())
  }

  /** True when that was the last. */
  #count(bytes: number): boolean {
    this.#bytes += bytes
    this.#options.onProgress?.(this.#options.name, this.#bytes)
    if (this.#bytes < (this.#options.maxBytes ?? Number.POSITIVE_INFINITY)) return false
    this.#finish()
    return true
  }

  #finish(fault?: Fault): void {
    if (this.#begun === undefined) {
      this.#settle(fault ?? new Fault('PROBE_ANSWER', { why: 'the connection ended' }))
      return
    }
    const left = this.#options.upload ? this.#connection.unsent : 0
    this.#settle({ bytes: Math.max(0, this.#bytes - left), durationMs: performance.now() - this.#begun })
  }
}

function refusalOf(bytes: Uint8Array): Fault | undefined {
  try {
    const status = statusOf(bytes)
    return status < 300
      ? undefined
      : new Fault('PROBE_ANSWER', { why: `the web server answered with status ${status}` })
  } catch (error) {
    return asFault(error)
  }
}

/** Of an answer, as far as it is in its first bytes. */
function headLength(bytes: Uint8Array): number {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\r\n\r\n')
  return end === -1 ? bytes.length : end + 4
}
