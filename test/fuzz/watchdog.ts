/**
 * Ends the process when a case never returns. A thread of its own, since the one that hangs cannot look
 * at the clock; it writes how to see the hang again, which nobody else can by then.
 */
import { Worker } from 'node:worker_threads'

const THREAD = `
const { workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const { beats, name, limitMs } = workerData
let seen = -1
setInterval(() => {
  const now = Atomics.load(beats, 0)
  if (now === seen && now > 0) {
    writeSync(2, 'a case does not return: ' + name + ':' + now + '\\n')
    process.kill(process.pid, 'SIGKILL')
  }
  seen = now
}, limitMs)
`

export interface Watchdog {
  /** The case that runs from now on. */
  begin(index: number): void
  stop(): Promise<unknown>
}

/** Watches one target; `name` is what a message about it begins with. */
export function makeWatchdog(name: string, limitMs = 10_000): Watchdog {
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const thread = new Worker(THREAD, { eval: true, workerData: { beats, name, limitMs } })
  thread.unref()
  return {
    begin(index) {
      Atomics.store(beats, 0, index)
    },
    stop: () => thread.terminate(),
  }
}
