import type { Flow } from '../contracts/flow.js'
import type { Fault } from '../faults/fault.js'

/** A flow from its first log line to its last, whatever it is doing now. */
export interface LiveFlow {
  readonly flow: Flow
  readonly uplinkBytes: number
  readonly downlinkBytes: number
  /** Brings the counters up to date that are not told byte by byte. */
  settle(): void
  /** Ends it now. It leaves the list by itself, soon after. */
  abort(cause: Fault): void
}

/** What an instance carries, at a glance. Bytes are payload, of live and past flows together. */
export interface Snapshot {
  readonly connections: number
  /** Different users among them; one without an email is told by its address. */
  readonly users: number
  readonly uplinkBytes: number
  readonly downlinkBytes: number
}

/** The flows of one instance that are not over. */
export class LiveFlows {
  readonly #live = new Set<LiveFlow>()
  #pastUplink = 0
  #pastDownlink = 0
  #whenEmpty: (() => void)[] = []

  get size(): number {
    return this.#live.size
  }

  add(live: LiveFlow): void {
    this.#live.add(live)
  }

  remove(live: LiveFlow): void {
    if (!this.#live.delete(live)) return
    this.#pastUplink += live.uplinkBytes
    this.#pastDownlink += live.downlinkBytes
    if (this.#live.size === 0) for (const tell of this.#whenEmpty.splice(0)) tell()
  }

  settle(): void {
    for (const live of this.#live) live.settle()
  }

  abortAll(cause: Fault): void {
    for (const live of [...this.#live]) live.abort(cause)
  }

  /** Resolves when no flow is left, at once if there is none. */
  empty(): Promise<void> {
    if (this.#live.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve)
    })
  }

  snapshot(): Snapshot {
    const users = new Set<string>()
    let uplinkBytes = this.#pastUplink
    let downlinkBytes = this.#pastDownlink
    for (const live of this.#live) {
      users.add(live.flow.email === '' ? live.flow.source.address : live.flow.email)
      uplinkBytes += live.uplinkBytes
      downlinkBytes += live.downlinkBytes
    }
    return { connections: this.#live.size, users: users.size, uplinkBytes, downlinkBytes }
  }
}
