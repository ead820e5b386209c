/** The completion scripts, sourced in the shells they are for. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeFolder, PROGRAM, runProgram } from '../support/spawned-program.js'

const folder = makeFolder()
const env = {
  PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter),
  HOME: folder,
  XDG_CONFIG_HOME: join(folder, '.config'),
}

beforeAll(async () => {
  mkdirSync(join(folder, 'bin'))
  symlinkSync(PROGRAM, join(folder, 'bin', 'vmess'))
  writeFileSync(join(folder, 'server.json'), '{}')
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    const { exit, stdout } = await runProgram(['completion', shell])
    expect(exit).toBe(0)
    writeFileSync(join(folder, shell), stdout)
  }
  const link = 'vmess://b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d@127.0.0.1:1?encryption=auto&type=tcp'
  const { exit } = await runProgram(['import', '--name', 'home', link], { env: { ...env, PATH: '' } })
  expect(exit).toBe(0)
})

function has(shell: string): boolean {
  return spawnSync(shell, ['--version'], { stdio: 'ignore' }).error === undefined
}

function run(shell: string, script: string): string[] {
  const { stdout, stderr, status } = spawnSync(shell, ['-c', script], { env, cwd: folder, encoding: 'utf8' })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  return stdout.split('\n').filter(Boolean).sort()
}

/** What stands behind the cursor, and what the shell offers; words that begin so, in any order. */
const CASES: readonly (readonly [line: string, offers: readonly string[]])[] = [
  ['vmess tl', ['tls']],
  ['vmess tls ', ['cert', 'inspect']],
  ['vmess tls i', ['inspect']],
  ['vmess nt', ['ntp']],
  ['vmess tls cert --key-type p', ['p256', 'p384']],
  ['vmess clock --wa', ['--watch']],
  ['vmess completion f', ['fish']],
  ['vmess convert x --to v2ra', ['v2ray', 'v2ray5', 'v2rayn', 'v2rayu']],
  ['vmess convert x --target sing', ['sing-box']],
  ['vmess migrate x --to mi', ['mihomo']],
  ['vmess migrate x --target v2ray', ['v2ray4', 'v2ray5']],
  ['vmess share qr h', ['home']],
  ['vmess serve -c ser', ['server.json']],
]

describe.skipIf(!has('bash'))('bash (skipped where it is missing)', () => {
  it.each(CASES)('%s', (line, offers) => {
    const words = line.split(' ')
    const script =
      `source ./bash; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); ` +
      `COMP_CWORD=${words.length - 1}; _vmess; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p vmess >&3`
    expect(run('bash', `exec 3>/dev/null; ${script}`)).toEqual([...offers].sort())
  })
})

describe.skipIf(!has('fish'))('fish (skipped where it is missing)', () => {
  it.each(CASES)('%s', (line, offers) => {
    const said = run('fish', `source ./fish; complete -C '${line}'`)
    expect(said.map((offer) => offer.split('\t')[0])).toEqual([...offers].sort())
  })
})

describe.skipIf(!has('zsh'))('zsh (skipped where it is missing)', () => {
  // What the completion system would be given, without a terminal to show it on.
  const stand = `
    autoload -Uz compinit && compinit -u -d ${folder}/zcompdump
    source ./zsh
    [[ $_comps[vmess] == _vmess ]] || exit 9
    _describe() { local -a list; list=("\${(@P)2}"); local item; for item in $list; do print -r -- "\${item%%:*}"; done }
    compadd() { shift; print -rl -- "\${(@P)1}" }
    _files() { print -rl -- *(N) }
  `
  it.each(CASES)('%s', (line, offers) => {
    const words = line.split(' ')
    const quoted = words.map((word) => `'${word}'`).join(' ')
    const said = run('zsh', `${stand}; words=(${quoted}); CURRENT=${words.length}; _vmess`)
    const begun = words.at(-1) ?? ''
    expect(said.filter((offer) => offer.startsWith(begun))).toEqual([...offers].sort())
  })

  it('describes what it offers', () => {
    expect(run('zsh', `${stand}; _vmess_summary tls cert`)).toEqual([
      'Make a self-signed certificate and its key',
    ])
  })
})

describe('PowerShell', () => {
  it('is given each place with its words and flags', async () => {
    const { stdout } = await runProgram(['completion', 'powershell'])
    expect(stdout).toMatch(/^ {4}'tls' = @\{ Words = @\('cert', 'inspect'\); /m)
    expect(stdout).toMatch(/^ {4}'tls cert' = .*'--key-type' = @\('p256', 'p384', 'rsa2048', 'rsa4096'\)/m)
    expect(stdout).toContain('Register-ArgumentCompleter -Native -CommandName vmess')
  })
})

describe('completion', () => {
  it('needs a shell it knows', async () => {
    expect(await runProgram(['completion'])).toMatchObject({ exit: 2, stdout: '' })
    const { exit, stderr } = await runProgram(['completion', 'tcsh'])
    expect(exit).toBe(2)
    expect(stderr).toContain('bash, zsh, fish, powershell')
  })

  it('gives the names of stored servers, one a line', async () => {
    expect((await runProgram(['completion', '--profiles'], { env: { ...env, PATH: '' } })).stdout).toBe(
      'home\n',
    )
    expect((await runProgram(['completion', '--profiles'])).stdout).toBe('')
  })
})
