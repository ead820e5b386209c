/** Importing, and what is stored, from the outside. */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { formatShareLink } from '../../src/dialects/share-link.js'
import { randomProfiles } from '../support/random-profiles.js'
import { makeFolder, PROGRAM, runProgram } from '../support/spawned-program.js'

const profiles = randomProfiles(40)
const links = profiles.map((profile) => formatShareLink(profile, 'v2rayn'))
const hasQrencode = spawnSync('qrencode', ['--version']).error === undefined

function storedIn(folder: string): { current?: string; profiles: { name: string }[] } {
  return JSON.parse(readFileSync(join(folder, '.config', 'vmess', 'profiles.json'), 'utf8'))
}

describe('import', () => {
  it('stores what it can, says of the rest why, and tells by its exit code', async () => {
    const cwd = makeFolder()
    const text = `Dear all,\n${links[0]}\nand vless://x@y:1 and\nvmess://!!!!\n${links[1]}\n`
    const first = await runProgram(['import', '-', '--json'], { cwd, stdin: text })
    const { ok, data, error } = JSON.parse(first.stdout)
    expect([first.exit, ok, error.code, error.exitCode]).toEqual([1, false, 'IMPORT_PARTIAL', 1])
    expect(data).toMatchObject({ added: 2, known: 0, refused: 2 })
    expect(data.nodes.map(({ result }: { result: string }) => result).sort()).toEqual([
      'added',
      'added',
      'refused',
      'refused',
    ])
    const again = await runProgram(['import', links[0] as string, '--json'], { cwd })
    expect([again.exit, JSON.parse(again.stdout).data]).toMatchObject([0, { added: 0, known: 1 }])
    const none = await runProgram(['import', 'vless://x', 'nothing.txt'], { cwd })
    expect([none.exit, none.stderr]).toEqual([23, expect.stringContaining('IMPORT_NOTHING')])
    expect((await runProgram(['import', 'nothing.txt'], { cwd })).exit).toBe(8)
    expect(storedIn(cwd).profiles).toHaveLength(2)
  })

  it('stores nothing with --dry-run', async () => {
    const cwd = makeFolder()
    const { exit, stdout } = await runProgram(['import', ...links.slice(0, 3), '--dry-run'], { cwd })
    expect([exit, stdout]).toEqual([0, expect.stringContaining('3 profiles would be added')])
    expect(readdirSync(cwd)).not.toContain('.config')
  })

  it.skipIf(!hasQrencode)(
    'reads the QR code in a picture, by its content, from a file and from a pipe',
    async () => {
      const cwd = makeFolder()
      spawnSync('qrencode', ['-o', join(cwd, 'photo.txt'), '-s', '4', links[0] as string])
      expect((await runProgram(['import', 'photo.txt', '--name', 'scanned'], { cwd })).exit).toBe(0)
      const child = spawnSync(process.execPath, [PROGRAM, 'import', '-'], {
        cwd,
        input: readFileSync(join(cwd, 'photo.txt')),
        env: { PATH: process.env.PATH, HOME: cwd, VMESS_CONFIG_DIR: join(cwd, 'other') },
        encoding: 'utf8',
      })
      expect([child.status, child.stdout]).toEqual([0, expect.stringContaining('1 profile added')])
      expect(storedIn(cwd).profiles[0]?.name).toBe('scanned')
    },
  )

  it('keeps every profile when many programs write at once', { timeout: 60_000 }, async () => {
    const cwd = makeFolder()
    const parts = [0, 1, 2, 3, 4].map((i) => links.slice(i * 4, i * 4 + 4))
    const ended = await Promise.all(parts.map((part) => runProgram(['import', ...part], { cwd })))
    expect(ended.map(({ exit }) => exit)).toEqual([0, 0, 0, 0, 0])
    expect(storedIn(cwd).profiles).toHaveLength(20)
    expect(statSync(join(cwd, '.config', 'vmess', 'profiles.json')).mode & 0o777).toBe(0o600)
  })

  it('is never found half-written when a writer is killed', { timeout: 60_000 }, async () => {
    const cwd = makeFolder()
    const many = join(cwd, 'many.txt')
    const first = links[0] as string
    writeFileSync(
      many,
      randomProfiles(3_000, 7)
        .map((profile) => formatShareLink(profile, 'v2rayn'))
        .join('\n'),
    )
    await runProgram(['import', first], { cwd })
    const env = { PATH: process.env.PATH, HOME: cwd, XDG_CONFIG_HOME: join(cwd, '.config') }
    for (const afterMs of [400, 700, 1_000]) {
      const child = spawn(process.execPath, [PROGRAM, 'import', many], { cwd, env, stdio: 'ignore' })
      await pause(afterMs)
      child.kill('SIGKILL')
      const count = storedIn(cwd).profiles.length
      expect([1, 3_001].includes(count), `${count} profiles`).toBe(true)
    }
    // Whatever the killed ones left locked is taken over.
    const { exit } = await runProgram(['import', links[1] as string], { cwd })
    expect(exit).toBe(0)
  })
})

describe('profiles', () => {
  it('are listed, shown, used, renamed and removed', async () => {
    const cwd = makeFolder()
    const run = async (...args: string[]) => runProgram(args, { cwd })
    await run('import', links[0] as string, '--name', 'home')
    await run('import', links[1] as string, '--name', 'work')
    expect((await run('profile', 'use', 'WORK')).stdout).toBe('in use: work\n')
    expect((await run('profile', 'rename', 'work', 'office')).stdout).toBe('work is now office\n')
    const id = Buffer.from(profiles[1]?.uuid ?? []).toString('hex')
    const list = await run('profile', 'list')
    expect(list.stdout).toMatch(/^ {3}home .*\n\* {2}office /m)
    const shown = await run('profile', 'show', '--json')
    for (const { stdout } of [list, shown]) {
      expect(stdout).toContain(`${id.slice(0, 4)}****`)
      expect(stdout.replaceAll('-', '')).not.toContain(id)
    }
    const secret = await run('profile', 'show', 'office', '--show-secrets')
    expect(secret.stdout.replaceAll('-', '')).toContain(id)
    const wrong = await run('profile', 'use', 'ofice')
    expect([wrong.exit, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean office')])
    expect((await run('profile', 'remove', 'home', 'nobody')).exit).toBe(2)
    expect((await run('profile', 'remove', 'office', 'home')).stdout).toBe('removed: office, home\n')
    expect(storedIn(cwd)).toEqual({ version: 1, profiles: [] })
  })
})
