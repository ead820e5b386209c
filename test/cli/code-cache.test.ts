import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeFolder, PROGRAM, type ProgramResult, runProgram } from '../support/spawned-program.js'

const ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'
const LONG_AGO = new Date('2020-01-01')

/** The home of the user. */
let home: string

beforeEach(() => {
  home = makeFolder()
})

const parent = (): string => join(home, '.cache', 'vmess', 'code')

/** Where this build keeps its code under this Node; made by the first run. */
function folder(): string {
  const [name = 'none'] = readdirSync(parent()).filter((found) => found.includes(process.version))
  return join(parent(), name)
}

const entries = (): string[] => readdirSync(folder()).sort()

const entryOfMain = (): string => join(folder(), entries().find((name) => name.startsWith('cli-main')) ?? '')

const check = (env: Record<string, string> = {}): Promise<ProgramResult> =>
  runProgram(['uuid', '--check', ID], { cwd: home, env })

/** Runs the program once more, which must answer as ever. */
async function checkAnswer(env: Record<string, string> = {}): Promise<void> {
  expect(await check(env)).toEqual({ exit: 0, stdout: expect.stringContaining('valid'), stderr: '' })
}

describe('compiled code', () => {
  it('is kept for the user alone, and found again', async () => {
    await checkAnswer()
    expect((statSync(folder()).mode & 0o777).toString(8)).toBe('700')
    expect((statSync(entryOfMain()).mode & 0o777).toString(8)).toBe('600')
    const made = entries()
    for (const name of made) utimesSync(join(folder(), name), LONG_AGO, LONG_AGO)
    await checkAnswer()
    expect(entries()).toEqual(made)
    expect(made.filter((name) => statSync(join(folder(), name)).mtimeMs !== LONG_AGO.getTime())).toEqual([])
  })

  it.each([
    { damage: 'other bytes', to: () => Buffer.from('not code') },
    { damage: 'nothing', to: () => Buffer.alloc(0) },
    { damage: 'half of it', to: (whole: Buffer) => whole.subarray(0, whole.length >> 1) },
    { damage: 'the code of another file', to: () => readFileSync(join(folder(), entries()[0] ?? '')) },
  ])('that became $damage is made anew', async ({ to }) => {
    await checkAnswer()
    const damaged = to(readFileSync(entryOfMain()))
    writeFileSync(entryOfMain(), damaged)
    await checkAnswer()
    expect(readFileSync(entryOfMain()).equals(damaged)).toBe(false)
    utimesSync(entryOfMain(), LONG_AGO, LONG_AGO)
    await checkAnswer()
    expect(statSync(entryOfMain()).mtimeMs).toBe(LONG_AGO.getTime())
  })

  it('is not kept in a folder that is named from where the program was started', async () => {
    await checkAnswer({ XDG_CACHE_HOME: 'here' })
    expect(existsSync(join(home, 'here'))).toBe(false)
    expect(entries()).not.toEqual([])
  })

  it('is neither read nor written where others can write', async () => {
    await checkAnswer()
    writeFileSync(entryOfMain(), 'prepared by somebody')
    chmodSync(folder(), 0o777)
    await checkAnswer()
    expect(readFileSync(entryOfMain(), 'utf8')).toBe('prepared by somebody')
  })

  it('that others can change is not read', async () => {
    await checkAnswer()
    chmodSync(entryOfMain(), 0o666)
    utimesSync(entryOfMain(), LONG_AGO, LONG_AGO)
    await checkAnswer()
    expect((statSync(entryOfMain()).mode & 0o777).toString(8)).toBe('600')
    expect(statSync(entryOfMain()).mtimeMs).toBeGreaterThan(LONG_AGO.getTime())
  })

  // Only the superuser can give a folder away.
  it.skipIf(process.getuid?.() !== 0)('is not left in the home of another user', async () => {
    const cache = join(home, '.cache')
    mkdirSync(cache)
    chownSync(cache, 12_345, 12_345)
    await checkAnswer()
    expect(readdirSync(cache)).toEqual([])
  })

  it('is not missed where nothing can be kept', async () => {
    writeFileSync(join(home, '.cache'), 'a file in the place of the folder')
    await checkAnswer()
  })

  it('is not kept when Node is told so', async () => {
    await checkAnswer({ NODE_DISABLE_COMPILE_CACHE: '1' })
    expect(existsSync(parent())).toBe(false)
  })

  it('of builds of the past does not pile up', async () => {
    const past = [1, 2, 3, 4, 5, 6].map((n) => `build-${n}`)
    for (const [i, name] of past.entries()) {
      mkdirSync(join(parent(), name), { recursive: true })
      utimesSync(join(parent(), name), LONG_AGO, new Date(LONG_AGO.getTime() + i * 1000))
    }
    await checkAnswer()
    expect(readdirSync(parent()).filter((name) => name.startsWith('build'))).toEqual(past.slice(3))
    expect(entries()).not.toEqual([])
  })
})

describe('every kind of command', () => {
  const KINDS: readonly (readonly string[])[] = [
    ['config', 'new', '-a', 'vpn.example.com', '--self-signed', '--dir', '.'],
    ['share', 'qr', 'client.json'],
    ['share', 'image', 'client.json', '--output', 'code.png'],
    ['import', 'code.png', '--dry-run'],
    ['convert', 'client.json', '--to', 'clash'],
    ['quickstart', '--once'],
    ['--help'],
  ]

  it('runs from kept code as it did without, and Node warns of nothing', async () => {
    const runs: { args: readonly string[]; exit: number | null; warned: boolean }[] = []
    for (const args of [...KINDS, ...KINDS]) {
      const force = args.includes('--dir') || args.includes('--output') ? ['--force'] : []
      const { exit, stderr } = await runProgram([...args, ...force], { cwd: home })
      runs.push({ args, exit, warned: /warning: (?!the certificate)|Warning/i.test(stderr) })
    }
    expect(runs.filter(({ exit, warned }) => exit !== 0 || warned)).toEqual([])
  })

  it('names the lines of the sources where Node is asked for it', () => {
    const source = `process.argv = ['node', 'vmess', 'serve', '-c', 'missing.json', '-v']; require(${JSON.stringify(PROGRAM)})`
    const options = { cwd: home, env: { PATH: process.env.PATH, HOME: home }, encoding: 'utf8' } as const
    let said = ''
    try {
      execFileSync(process.execPath, ['--enable-source-maps', '-e', source], { ...options, stdio: 'pipe' })
    } catch (error) {
      said = (error as { stderr: string }).stderr
    }
    expect(said).toMatch(/src\/operations\/[a-z-]+\.ts:\d+/)
  })
})
