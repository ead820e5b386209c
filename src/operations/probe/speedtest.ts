/** How much goes through a tunnel in a second. */
import type { Connection } from '../../contracts/connection.js'
import type { Profile } from '../../dialects/profile.js'
import { asFault, Fault } from '../../faults/fault.js'
import { withDeadline } from '../deadline.js'
import { openTunnel } from './tunnel.js'
import { makeWebDialler, type WebDialler } from './web-connection.js'
import { parseWebTarget, requestHead, statusOf, type WebTarget } from './web-target.js'

/** As much as is asked for, near most servers; and a place that takes any upload. */
export const DOWNLOAD_URL = 'https://speed.cloudflare.com/__down?bytes=100000000'
export const UPLOAD_URL = 'http://speedtest.tele2.net/upload.php'

export interface SpeedOptions {
  readonly upload: boolean
  /** From the first byte. */
  readonly durationMs: number
  /** Ends earlier, when so many bytes have passed. */
  readonly maxBytes?: number | undefined
  /** http or https, whose certificate is checked; for downloads a large file. */
  readonly url: string
  /** Ends the measurement; what was counted until then is the result. */
  readonly signal?: AbortSignal
  /** Told of each server when it is done. */
  readonly onResult?: (result: SpeedResult) => void
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

/**
 * One after the other: together they would share the line. The fastest first, failures last. Of an interrupted
 * measurement those are missing whose turn had not come.
 */
export async function testSpeed(profiles: readonly Profile[], options: SpeedOptions): Promise<SpeedResult[]> {
  const target = parseWebTarget(options.url)
  const results: SpeedResult[] = []
  const web = { target, dial: makeWebDialler(target) }
  for (const profile of profiles) {
    if (options.signal?.aborted) break
    const result = await testOne(profile, web, options)
    // Interrupted before its first byte: nothing is known of it.
    if (options.signal?.aborted && !result.ok) break
    results.push(result)
    options.onResult?.(result)
  }
  return results.sort((a, b) => b.bytesPerSecond - a.bytesPerSecond)
}

interface Web {
  readonly target: WebTarget
  readonly dial: WebDialler
}

async function testOne(profile: Profile, { target, dial }: Web, options: SpeedOptions): Promise<SpeedResult> {
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
      const connection = await withDeadline(ANSWER_MS, 'not reached', (deadline) =>
        dial(tunnel, options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal])),
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
        options.signal?.removeEventListener('abort', this.#interrupted)
        connection.abort()
        if (result instanceof Fault) reject(result)
        else resolve(result)
      }
    })
    this.#timer = setTimeout(() => {
      this.#settle(new Fault('DIAL_TIMEOUT', { why: `no answer within ${ANSWER_MS} ms` }))
    }, ANSWER_MS)
    options.signal?.addEventListener('abort', this.#interrupted)
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

  readonly #interrupted = (): void => this.#finish()

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
    if (!this.#options.upload || this.#over || this.#count(0)) return
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
    this.#options.onProgress?.(this.#options.name, this.#moved)
    if (this.#moved < (this.#options.maxBytes ?? Number.POSITIVE_INFINITY)) return false
    this.#finish()
    return true
  }

  #finish(fault?: Fault): void {
    if (this.#begun === undefined) {
      this.#settle(fault ?? new Fault('PROBE_ANSWER', { why: 'the connection ended' }))
      return
    }
    this.#settle({ bytes: this.#moved, durationMs: performance.now() - this.#begun })
  }

  /** What has left, or come. */
  get #moved(): number {
    return this.#options.upload ? Math.max(0, this.#bytes - this.#connection.unsent) : this.#bytes
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
