import { Fault, isFault } from '../faults/fault.js'
import type { Beat, Watched } from './timeouts.js'

/** The time an outbound has to reach its far end; v2ray's own. */
const DIAL_MS = 16_000

/** One attempt to open an outbound: given up when it takes too long, or when nobody wants it any more. */
export class Dial implements Watched {
  readonly #beat: Beat
  readonly #attempt: AbortController
  #beats = 0

  /** `attempt` may be aborted by others, too. */
  constructor(beat: Beat, attempt = new AbortController()) {
    this.#beat = beat
    this.#attempt = attempt
  }

  /**
   * What `open` gives. Rejects with its fault; with `DIAL_TIMEOUT` after 16 seconds; with the cause for
   * which the attempt was aborted. What arrives too late goes to `discard`.
   */
  async run<Opened>(options: {
    open: (signal: AbortSignal) => Promise<Opened>
    discard: (late: Opened) => void
  }): Promise<Opened> {
    const { signal } = this.#attempt
    if (signal.aborted) throw causeOf(signal)
    this.#beat.watch(this)
    try {
      const opened = await options.open(signal)
      if (!signal.aborted) return opened
      options.discard(opened)
      throw causeOf(signal)
    } catch (error) {
      throw signal.aborted && !isFault(error) ? causeOf(signal) : error
    } finally {
      this.#beat.forget(this)
    }
  }

  abort(cause: Fault): void {
    this.#attempt.abort(cause)
  }

  onBeat(): void {
    if (++this.#beats <= this.#beat.beats(DIAL_MS)) return
    this.abort(new Fault('DIAL_TIMEOUT', { why: `not reached within ${DIAL_MS / 1_000} s` }))
  }
}

function causeOf({ reason }: AbortSignal): Fault {
  return isFault(reason) ? reason : new Fault('DIAL_ABORTED', { cause: reason })
}
