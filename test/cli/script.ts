/**
 * Scripts that read like a terminal. One file is one behaviour; its lines are:
 *
 *     # what is shown                        the title; required
 *     write NAME                             the indented lines that follow become a file
 *     env NAME=VALUE                         for the commands below
 *     <bin> uuid --check 'a b' < NAME        runs the program; must end with exit code 0
 *     ! <bin> serve -c missing.json          the same; must end with another one
 *     stdout 'phrase'                        what the last command said contains the phrase
 *     stdout ! 'phrase'                      … does not contain it
 *     stdout empty
 *     stdout matches /expression/
 *     stdout json error.code "VMESS_ID"      … is one JSON document with this value at this place
 *     exit 23
 *
 * `stderr` takes what `stdout` takes.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder, type ProgramResult, runProgram } from '../support/spawned-program.js'

/** A line that did not hold, with what the program said instead. */
export class ScriptError extends Error {}

interface State {
  readonly folder: string
  readonly env: Record<string, string>
  last: ProgramResult | undefined
}

/** The title of a script: its first line. */
export function titleOf(text: string): string {
  const title = /^# (.+)/.exec(text)?.[1]
  if (title === undefined) throw new ScriptError('a script begins with "# title"')
  return title
}

/** Runs a script in a folder of its own. Throws `ScriptError` at the first line that does not hold. */
export async function runScript(text: string): Promise<void> {
  const state: State = { folder: makeFolder(), env: {}, last: undefined }
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] as string).trim()
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('write ')) {
      const body = indentedAfter(lines, i)
      writeFileSync(join(state.folder, line.slice('write '.length)), body.join('\n'))
      i += body.length
    } else {
      await runLine(line, state).catch((error: unknown) => {
        const said = state.last === undefined ? '' : `\n${JSON.stringify(state.last, null, 2)}`
        throw new ScriptError(
          `line ${i + 1}: ${line}: ${error instanceof Error ? error.message : error}${said}`,
        )
      })
    }
  }
}

function indentedAfter(lines: readonly string[], index: number): string[] {
  const rest = lines.slice(index + 1)
  const end = rest.findIndex((line) => !line.startsWith('  '))
  return (end === -1 ? rest : rest.slice(0, end)).map((line) => line.slice(2))
}

async function runLine(line: string, state: State): Promise<void> {
  const [word = ''] = line.split(' ', 1)
  const rest = line.slice(word.length).trim()
  if (word === 'env') {
    const [name = '', value = ''] = rest.split('=')
    state.env[name] = value
  } else if (word === '<bin>') await runCommand(rest, state, (exit) => exit === 0)
  else if (word === '!') await runCommand(rest.replace('<bin>', '').trim(), state, (exit) => exit !== 0)
  else expectLine(word, rest, state)
}

async function runCommand(
  line: string,
  state: State,
  accepts: (exit: number | null) => boolean,
): Promise<void> {
  const words = splitWords(line)
  const redirect = words.indexOf('<')
  const args = redirect === -1 ? words : words.slice(0, redirect)
  const input =
    redirect === -1 ? undefined : readFileSync(join(state.folder, words[redirect + 1] ?? ''), 'utf8')
  const { folder: cwd, env } = state
  state.last = await runProgram(args, { cwd, env, ...(input !== undefined && { stdin: input }) })
  if (!accepts(state.last.exit)) throw new Error(`ended with ${state.last.exit}`)
}

/** Words as a shell splits them; single quotes keep spaces. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

function expectLine(word: string, rest: string, { last }: State): void {
  if (last === undefined) throw new Error('no command has run yet')
  if (word === 'exit') {
    if (last.exit !== Number(rest)) throw new Error(`ended with ${last.exit}`)
  } else if (word === 'stdout' || word === 'stderr') expectText(rest, last[word])
  else throw new Error('no such instruction')
}

function expectText(expected: string, text: string): void {
  const [, negated, phrase] = /^(! )?'(.*)'$/.exec(expected) ?? []
  const [, pattern] = /^matches \/(.*)\/$/.exec(expected) ?? []
  const [, path, value] = /^json (\S+) (.+)$/.exec(expected) ?? []
  if (expected === 'empty') check(text === '', 'not empty')
  else if (phrase !== undefined) check(text.includes(phrase) === (negated === undefined), 'not so')
  else if (pattern !== undefined) check(new RegExp(pattern).test(text), 'no match')
  else if (path !== undefined && value !== undefined) expectJson(JSON.parse(text), path, JSON.parse(value))
  else throw new Error('not understood')
}

function expectJson(document: unknown, path: string, expected: unknown): void {
  let found = document
  for (const key of path.split('.')) found = (found as Record<string, unknown> | undefined)?.[key]
  check(JSON.stringify(found) === JSON.stringify(expected), `found ${JSON.stringify(found)}`)
}

function check(holds: boolean, complaint: string): void {
  if (!holds) throw new Error(complaint)
}
