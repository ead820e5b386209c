/** What scripts of users rely on. A change here is meant to be looked at by a person. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../support/spawned-program.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

interface ManifestFlag {
  readonly name: string
  readonly char?: string
  readonly type: string
  readonly options?: readonly string[]
  readonly env?: string
  readonly multiple?: boolean
}

interface ManifestArg {
  readonly ignoreStdin?: boolean
}

interface ManifestCommand {
  readonly id: string
  readonly aliases: readonly string[]
  readonly summary?: string
  readonly examples?: readonly string[]
  readonly args: Readonly<Record<string, ManifestArg>>
  readonly flags: Readonly<Record<string, ManifestFlag>>
  readonly relativePath: readonly string[]
}

interface Manifest {
  readonly version: string
  readonly commands: Readonly<Record<string, ManifestCommand>>
}

const manifest: Manifest = JSON.parse(readFileSync(`${ROOT}oclif.manifest.json`, 'utf8'))
const commands = Object.values(manifest.commands)

/** Flags that mean the same wherever they appear (their letters included). */
const RESERVED: Readonly<Record<string, string | undefined>> = {
  json: undefined,
  quiet: 'q',
  verbose: 'v',
  'no-color': undefined,
  'no-input': undefined,
  config: 'c',
  output: 'o',
  format: 'f',
  address: 'a',
  port: 'p',
  id: 'i',
  'id-file': undefined,
  security: 's',
  transport: 't',
  listen: 'l',
  count: 'n',
  yes: 'y',
}

describe('the manifest', () => {
  it('is of the version of the package', () => {
    expect(manifest.version).toBe(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).version)
  })

  it.each(commands)('$id has a file, a summary and examples', (command) => {
    expect(existsSync(`${ROOT}${command.relativePath.join('/')}`)).toBe(true)
    expect(command.summary).toMatch(/^[A-Z].*[^.]$/)
    expect(command.examples?.length).toBeGreaterThanOrEqual(2)
  })

  // oclif would wait 10 ms for a missing argument on standard input: too short for a pipe, too odd for a person.
  it.each(commands)('$id never reads an argument from standard input by itself', async ({ relativePath }) => {
    const { default: command } = await import(`${ROOT}${relativePath.join('/')}`)
    for (const arg of Object.values<ManifestArg>(command.args ?? {})) expect(arg.ignoreStdin).toBe(true)
  })

  it.each(commands)('$id uses reserved flags and letters only for what they mean', ({ flags }) => {
    for (const { name, char } of Object.values(flags)) {
      if (name in RESERVED) expect([name, char]).toEqual([name, RESERVED[name]])
      else
        expect([undefined, ...Object.values(RESERVED), 'h', 'V'].includes(char) && char !== undefined).toBe(
          false,
        )
    }
  })

  it('has these commands and flags', () => {
    const table = commands.map(({ id, aliases, args, flags }) => ({
      command: [id, ...aliases].join(', '),
      args: Object.keys(args).join(' '),
      flags: Object.values(flags).map(describeFlag),
    }))
    expect(table).toMatchSnapshot()
  })
})

describe('JSON output', () => {
  it.each([
    ['uuid', ['uuid', '--json']],
    ['uuid --check', ['uuid', '--check', 'alice', '--json']],
    ['serve --check', ['serve', '--check', '-l', '0', '--json']],
    ['a failure', ['serve', '-c', 'missing.json', '--check', '--json']],
    ['quickstart', ['quickstart', '--once', '--json']],
    ['tls cert', ['tls', 'cert', '--host', 'a.example', '--json']],
  ])('of %s has this shape', async (_name, args) => {
    expect(shapeOf(JSON.parse((await runProgram(args)).stdout))).toMatchSnapshot()
  })
})

function describeFlag({ name, char, type, options, env, multiple }: ManifestFlag): string {
  const parts = [`--${name}`, char && `-${char}`, type, options?.join('|'), env, multiple && 'multiple']
  return parts.filter(Boolean).join(' ')
}

/** The types in place of the values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shapeOf(member)]))
}
