/** Work that would hold up everybody, done a step at a time: one step in a turn of the event loop, whosever it is. */
interface Job {
  /** Does one step; true while there is more. */
  readonly step: () => boolean
  readonly done: () => void
}

export class LookUpTurns {
  #jobs: Job[] = []
  #scheduled = false

  /** Calls `step` until it answers false, never inside this call, then `done`. Others have their turns between. */
  add(step: () => boolean, done: () => void): void {
    this.#jobs.push({ step, done })
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || this.#jobs.length === 0) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#turn()
      this.#schedule()
    })
  }

  #turn(): void {
    const job = this.#jobs.shift()
    if (job === undefined) return
    if (job.step()) this.#jobs.push(job)
    else job.done()
  }
}
