/** The load and the target of the bench, as this process sees them. */
import { type ChildProcess, fork } from 'node:child_process'
import type { Job, JobResult } from './load.js'

export interface Load {
  /** Does one job; resolves with the seconds it took. */
  run(job: Job): Promise<number>
  stop(): void
}

export function startLoad(program: string): Load {
  const child = fork(program)
  return {
    run: async (job) => {
      child.send(job)
      const result = (await nextMessage(child)) as JobResult
      if ('error' in result) throw new Error(`${job.kind}: ${result.error}`)
      return result.seconds
    },
    stop: () => child.disconnect(),
  }
}

export interface Target {
  readonly port: number
  stop(): void
}

/** Starts a program that tells the port on which it is to be found: the target, or the lossy relay. */
export async function startTarget(program: string, args: readonly string[] = []): Promise<Target> {
  const child = fork(program, args)
  const port = (await nextMessage(child)) as number
  return { port, stop: () => child.disconnect() }
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a bench process ended with ${code}`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message)
    })
  })
}
