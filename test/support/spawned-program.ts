/** The built program as a child process, watched the way a person at a terminal would. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

export const PROGRAM = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

/** A wait that is longer than this has failed. */
const LIMIT_MS = 15_000

export interface ProgramOptions {
  /** A fresh folder unless given; settings and caches go below it in any case. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** What standard input holds; empty unless given. */
  readonly stdin?: string
}

export interface ProgramResult {
  /** Null when a signal ended it. */
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

const folders: string[] = []
// Not when the process exits: Vitest ends its workers by a signal.
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is gone when the test file has ended. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vmess-test-'))
  folders.push(folder)
  return folder
}

/** Runs the program to its end. */
export async function runProgram(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  return new RunningProgram(args, options).ended
}

/** A program that stays, for tests that talk to it, signal it and read what it says. */
export class RunningProgram {
  stdout = ''
  stderr = ''
  readonly ended: Promise<ProgramResult>
  readonly #child: ChildProcessWithoutNullStreams
  #exit: number | null | undefined
  #listeners: (() => void)[] = []

  constructor(args: readonly string[], options: ProgramOptions = {}) {
    const cwd = options.cwd ?? makeFolder()
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd, env: environment(cwd, options.env) })
    this.#child = child
    child.stdin.on('error', () => {
      // It ended without reading all that it was given.
    })
    child.stdin.end(options.stdin ?? '')
    child.stdout.on('data', (text) =>
      this.#heard(() => {
        this.stdout += text
      }),
    )
    child.stderr.on('data', (text) =>
      this.#heard(() => {
        this.stderr += text
      }),
    )
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (exit) => {
        this.#heard(() => {
          this.#exit = exit
        })
        resolve({ exit, stdout: this.stdout, stderr: this.stderr })
      })
    })
  }

  /** The first match in what stdout has said and will say. Rejects when the program ends without it. */
  async says(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    const deadline = setTimeout(() => this.#child.kill('SIGKILL'), LIMIT_MS)
    try {
      for (;;) {
        const match = pattern.exec(this[stream])
        if (match !== null) return match
        if (this.#exit !== undefined)
          throw new Error(`never said ${pattern}:\n${this.stdout}\n${this.stderr}`)
        await new Promise<void>((resolve) => this.#listeners.push(resolve))
      }
    } finally {
      clearTimeout(deadline)
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Ends it, however it feels about that. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  #heard(change: () => void): void {
    change()
    for (const tell of this.#listeners.splice(0)) tell()
  }
}

/** Nothing of the user's own: neither settings nor colours nor flags that come by environment. */
function environment(folder: string, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH = '' } = process.env
  return {
    PATH,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, '.config'),
    XDG_CACHE_HOME: join(folder, '.cache'),
    XDG_DATA_HOME: join(folder, '.local'),
    NO_COLOR: '1',
    ...extra,
  }
}
