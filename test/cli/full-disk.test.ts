/** Files that cannot be written whole: nothing of them stays. The limit of a file's size stands in for a full disk. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeFolder, PROGRAM } from '../support/spawned-program.js'

const hasShell = process.platform === 'linux' && spawnSync('bash', ['--version']).error === undefined

/** In a shell that lets files grow to 1 KiB. */
function runLimited(args: string, cwd: string): { readonly status: number | null; readonly stderr: string } {
  const line = `ulimit -f 1; exec '${process.execPath}' '${PROGRAM}' ${args}`
  const env = { PATH: process.env.PATH, HOME: cwd, XDG_CACHE_HOME: makeFolder(), NO_COLOR: '1' }
  return spawnSync('bash', ['-c', line], { cwd, env, encoding: 'utf8' })
}

describe.skipIf(!hasShell)('on a disk that is full (bash on Linux)', () => {
  it.each(['config new -a 127.0.0.1 --dir pair', 'init -a 127.0.0.1 --dir pair'])(
    '%s leaves nothing',
    (args) => {
      const folder = makeFolder()
      const { status, stderr } = runLimited(args, folder)
      expect(status).toBe(8)
      expect(stderr).toContain('CLI_OUTPUT')
      expect(readdirSync(folder)).toEqual([])
    },
  )

  it('an answer that cannot leave is one line', () => {
    const line = `exec '${process.execPath}' '${PROGRAM}' config new --for local > /dev/full`
    const { status, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8', cwd: makeFolder() })
    expect(status).toBe(1)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
