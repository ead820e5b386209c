import { asFault, Fault, isFault } from '../faults/fault.js'
import type { Beat, Watched } from './timeouts.js'

/** The time an outbound has to reach its far end; v2ray's own. */
const DIAL_MS = 16_000

/** One attempt to open an outbound: given up when it takes too long, or when nobody wants it any more. */
export class Dial implements Watched {
  readonly #beat: Beat
  readonly #controller = new AbortController()
  #beats = 0

  constructor(beat: Beat) {
    this.#beat = beat
  }

  /**
   * What `open` gives. Rejects with its fault; with `DIAL_TIMEOUT` after 16 seconds; with the reason of
   * `signal` or the cause given to `abort`. What arrives too late goes to `discard`.
   */
  async run<Opened>(options: {
    open: (signal: AbortSignal) => Promise<Opened>
    discard: (late: Opened) => void
    signal?: AbortSignal
  }): Promise<Opened> {
    const { signal: given } = options
    const { signal } = this.#controller
    const onAbort = (): void => {
      const reason: unknown = given?.reason
      this.abort(isFault(reason) ? reason : new Fault('DIAL_ABORTED', { cause: reason }))
    }
    if (given?.aborted === true) onAbort()
    if (signal.aborted) throw asFault(signal.reason)
    given?.addEventListener('abort', onAbort)
    this.#beat.watch(this)
    try {
      const opened = await options.open(signal)
      if (!signal.aborted) return opened
      options.discard(opened)
      throw asFault(signal.reason)
    } finally {
      this.#beat.forget(this)
      given?.removeEventListener('abort', onAbort)
    }
  }

  abort(cause: Fault): void {
    this.#controller.abort(cause)
  }

  onBeat(): void {
    if (++this.#beats <= this.#beat.beats(DIAL_MS)) return
    this.abort(new Fault('DIAL_TIMEOUT', { why: `not reached within ${DIAL_MS / 1_000} s` }))
  }
}
