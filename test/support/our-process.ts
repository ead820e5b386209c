/** Instances of ours in a process of their own, to see what they hold and leave behind. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { V2rayConfig } from './v2ray-config.js'

const PROGRAM = 'test/support/instance-program.ts'
const POLL_MS = 50
/**
 * glibc keeps what was freed in ever larger pieces: after a busy moment that hides what a process really holds. With
 * fixed bounds it gives such memory back to the system at once.
 */
const GIVES_BACK = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' }

export interface Report {
  /** Flows that are running. */
  readonly connections: number
  /** After a collection of garbage, where the process was started to allow one. */
  readonly memory: Memory
  /** What kept the event loop busy before anything was started, and does now. */
  readonly before: readonly string[]
  readonly open: readonly string[]
}

/** MiB. */
export interface Memory {
  readonly resident: number
  readonly heap: number
  /** What the heap refers to outside of it. */
  readonly external: number
}

export interface OurProcess {
  readonly pid: number
  /** Whether it still runs. */
  readonly alive: boolean
  report(): Promise<Report>
  /** Waits until a report satisfies a condition. Rejects after `ms`, with the last one. */
  until(what: string, ms: number, satisfied: (report: Report) => boolean): Promise<Report>
  residentMiB(): number
  /** The highest it ever was. */
  peakMiB(): number
  /**
   * Stops the instances, tells what they left behind, and ends the process. What is on its way to a close
   * has `withinMs` for it.
   */
  stop(withinMs?: number): Promise<Report>
}

export interface ProcessOptions {
  /** Collect garbage before each report. */
  readonly collects?: boolean
}

export async function startOurProcess(
  configs: readonly V2rayConfig[],
  { collects = false }: ProcessOptions = {},
): Promise<OurProcess> {
  const texts = configs.map((config) => JSON.stringify(config))
  const child = fork('scripts/run-ts.mjs', [PROGRAM, ...texts], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: collects ? ['--expose-gc'] : [],
    ...(collects && { env: { ...process.env, ...GIVES_BACK } }),
  })
  const pid = child.pid as number
  const next = () =>
    new Promise<Report>((resolve, reject) => {
      const onExit = () => reject(new Error(`our process ended with ${child.exitCode ?? child.signalCode}`))
      child.once('exit', onExit)
      child.once('message', (report) => {
        child.off('exit', onExit)
        resolve(report as Report)
      })
    })
  const ask = (order: 'report' | 'stop') => {
    if (!child.connected) {
      return Promise.reject(new Error(`our process has ended: ${child.exitCode ?? child.signalCode}`))
    }
    const answer = next()
    child.send(order)
    return answer
  }
  await next()
  return {
    pid,
    get alive() {
      return child.exitCode === null && child.signalCode === null
    },
    report: () => ask('report'),
    until: async (what, ms, satisfied) => {
      const deadline = performance.now() + ms
      for (;;) {
        const report = await ask('report')
        if (satisfied(report)) return report
        if (performance.now() > deadline) throw new Error(`${what}: still ${JSON.stringify(report)}`)
        await delay(POLL_MS)
      }
    },
    residentMiB: () => memoryMiB(pid, 'VmRSS'),
    peakMiB: () => memoryMiB(pid, 'VmHWM'),
    stop: async (withinMs = 0) => {
      const deadline = performance.now() + withinMs
      let report = await ask('stop')
      while (report.open.length > report.before.length && performance.now() < deadline) {
        await delay(POLL_MS)
        report = await ask('report')
      }
      child.disconnect()
      if (child.exitCode === null) await once(child, 'exit')
      return report
    },
  }
}

function memoryMiB(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
}
