import { type Segment, segmentBytes } from './segment.js'

/** Puts segments together into packets: as many into each as fit. */
export class SegmentBatch {
  readonly #capacity: number
  readonly #send: (segments: readonly Segment[]) => void
  #held: Segment[] = []
  #bytes = 0

  /** @param capacity bytes of segments that fit a packet */
  constructor(capacity: number, send: (segments: readonly Segment[]) => void) {
    this.#capacity = capacity
    this.#send = send
  }

  add(segment: Segment): void {
    const bytes = segmentBytes(segment)
    if (this.#bytes + bytes > this.#capacity) this.flush()
    this.#held.push(segment)
    this.#bytes += bytes
  }

  flush(): void {
    if (this.#held.length === 0) return
    const segments = this.#held
    this.#held = []
    this.#bytes = 0
    this.#send(segments)
  }
}
