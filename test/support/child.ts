import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const LOG_LIMIT = 64 * 1024
const KILL_AFTER_MS = 5_000
const READY_WITHIN_MS = 15_000
const RETRY_MS = 15

/** A program started for a test, with all that it said. */
export interface Child {
  readonly pid: number
  readonly process: ChildProcess
  /** The last 64 KiB of its standard output and error. */
  log(): string
  /** Asks it to end, insists after five seconds, and waits until it is gone. */
  stop(): Promise<void>
}

/** Starts a program and collects what it prints. Rejects when it cannot be started. */
export async function startChild(
  file: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Child> {
  const child = spawn(file, [...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let said = ''
  const collect = (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-LOG_LIMIT)
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const insist = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
    await gone
    clearTimeout(insist)
  }
  return { pid: child.pid as number, process: child, log: () => said, stop }
}

/**
 * Waits until every port accepts a connection. Rejects, with the child's log, when the child ends or
 * fifteen seconds pass.
 */
export async function waitForPorts(
  child: Child,
  ports: readonly number[],
  host = '127.0.0.1',
): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS
  for (const port of ports) {
    while (!(await accepts(port, host))) {
      const ended = child.process.exitCode ?? child.process.signalCode
      if (ended !== null) throw new Error(`ended with ${ended} before port ${port} was open\n${child.log()}`)
      if (performance.now() > deadline) throw new Error(`port ${port} did not open\n${child.log()}`)
      await delay(RETRY_MS)
    }
  }
}

function accepts(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
