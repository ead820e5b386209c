/** The built program in a real terminal, by way of script(1). */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { makeFolder, PROGRAM } from './spawned-program.js'

export const CTRL_C = '\u0003'
export const CTRL_U = '\u0015'
export const ENTER = '\r'
export const DOWN = '\u001b[B'
/** Where there is no such program, tests of terminals have nothing to run in. */
export const hasScript =
  process.platform === 'linux' && spawnSync('script', ['--version']).error === undefined

let terminal: ChildProcessWithoutNullStreams | undefined

/** Ends the program that was opened last; for `afterEach`. */
export function closeTerminal(): void {
  terminal?.kill('SIGKILL')
  terminal = undefined
}

export interface Screen {
  /** Everything so far, with the sequences that move the cursor. */
  shown: string
  type(text: string): void
  until(phrase: string): Promise<void>
  readonly exit: Promise<number>
}

export interface TerminalOptions {
  readonly columns: number
  readonly rows: number
  /** A fresh folder unless given. */
  readonly cwd?: string
  /** Where settings are; a fresh folder unless given. */
  readonly home?: string
}

/** The program in a terminal of this size; `args` may end with a redirection. */
export function openTerminal(args: string, options: TerminalOptions): Screen {
  const { columns, rows, cwd = makeFolder(), home = makeFolder() } = options
  const line = `stty cols ${columns} rows ${rows}; exec '${process.execPath}' '${PROGRAM}' ${args}`
  const env = { PATH: process.env.PATH, HOME: home, TERM: 'xterm-256color' }
  const child = spawn('script', ['-qefc', line, '/dev/null'], { env, cwd })
  terminal = child
  const screen: Screen = {
    shown: '',
    type: (text) => child.stdin.write(text),
    until: async (phrase) => {
      while (!screen.shown.includes(phrase)) await once(child.stdout, 'data')
    },
    exit: once(child, 'exit').then(([code]) => code as number),
  }
  child.stdout.on('data', (text) => {
    screen.shown += text
  })
  return screen
}
