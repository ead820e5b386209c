import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder, PROGRAM, runProgram } from '../support/spawned-program.js'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$/

describe('the fast path', () => {
  it('prints an id as the command does', async () => {
    const fast = await runProgram(['uuid'])
    const slow = await runProgram(['uuid', '--count', '1'])
    for (const { stdout } of [fast, slow]) expect(stdout).toMatch(UUID)
    expect(fast).toEqual({ ...slow, stdout: fast.stdout })
  })

  it('prints the version as oclif does', async () => {
    expect(await runProgram(['--version'])).toEqual(await runProgram(['-V']))
  })

  it('is not taken when JSON is asked for by the environment', async () => {
    const { stdout } = await runProgram(['uuid'], { env: { VMESS_CONTENT_TYPE: 'json' } })
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: { uuids: [expect.stringMatching(/-4/)] } })
  })
})

describe('the surroundings', () => {
  it('do not bring in code: a stray package.json in the data folder is not looked at', async () => {
    const cwd = makeFolder()
    const data = join(cwd, '.local', 'vmess')
    mkdirSync(data, { recursive: true })
    writeFileSync(
      join(data, 'package.json'),
      '{"dependencies":{"evil":"1.0.0"},"oclif":{"plugins":["evil"]}}',
    )
    const { exit, stderr } = await runProgram(['uuid', '-n', '2'], { cwd })
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  })

  it('do not change what runs: NODE_ENV=development starts the same program', async () => {
    const { exit, stderr } = await runProgram(['uuid', '-n', '2'], { env: { NODE_ENV: 'development' } })
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  })
})

describe('colour', () => {
  const code = '\u001b['

  it.each([
    { what: 'is off in a pipe', env: {}, flags: [], coloured: false },
    { what: 'is on when forced', env: { NO_COLOR: '', FORCE_COLOR: '1' }, flags: [], coloured: true },
    {
      what: 'is on when forced and refused',
      env: { NO_COLOR: '1', FORCE_COLOR: '1' },
      flags: [],
      coloured: true,
    },
    { what: 'is off with --no-color', env: { FORCE_COLOR: '1' }, flags: ['--no-color'], coloured: false },
  ])('$what', async ({ env, flags, coloured }) => {
    const { stderr } = await runProgram(['serve', '-c', 'missing.json', ...flags], { env })
    expect(stderr.includes(code)).toBe(coloured)
    expect(stderr).not.toContain('Warning')
  })
})

describe('a reader that goes away', () => {
  it('ends the program quietly', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'uuid', '-n', '20000'], {
      env: { PATH: process.env.PATH },
    })
    let stderr = ''
    child.stderr.on('data', (text) => {
      stderr += text
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const [exit] = await once(child, 'close')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  })
})

// Only Linux has a device that is always full.
describe.skipIf(process.platform !== 'linux')('an output that is full', () => {
  it.each([[['uuid']], [['--version']], [['uuid', '-n', '2']]])('%j fails in one line', (args) => {
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
      stdio: ['ignore', full, 'pipe'],
      env: { PATH: process.env.PATH, HOME: makeFolder() },
      encoding: 'utf8',
    })
    closeSync(full)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^vmess: the answer cannot be written: ENOSPC.*\n$/)
  })
})
