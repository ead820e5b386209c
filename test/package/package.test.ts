import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Origin, startOrigin } from '../support/origin.js'
import { RunningProgram } from '../support/spawned-program.js'
import { install, type Packed, pack, ROOT, runModule } from './install.js'

const execute = promisify(execFile)

/** What the library may load; everything else is for the terminal. */
const LIBRARY = ['@noble/ciphers', '@noble/hashes', 'jsonc-parser', 'ws']

/** The compiler takes seconds, on a busy machine many. */
const COMPILE_MS = 90_000

let packed: Packed
let folder: string

beforeAll(() => {
  packed = pack()
  folder = install(packed.tarball)
})

describe('the tarball', () => {
  it('holds the program, the library, its types, the manifest, the manual page, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path)
    const expected = [
      'bin/load.js',
      'bin/run.js',
      'dist/index.js',
      'dist/program/build-id',
      'dist/types/index.d.ts',
      'man/vmess.1',
      'oclif.manifest.json',
      'LICENSE',
    ]
    expect(paths).toEqual(expect.arrayContaining(expected))
    const strays = paths.filter(
      (path) => !/^(bin|dist|man)\/|^(oclif\.manifest|package)\.json$|^[A-Z]+(\.md)?$/.test(path),
    )
    expect(strays).toEqual([])
    expect(paths).not.toContain('bin/dev.js')
  })

  it('has a program that can be started by its name', () => {
    expect(packed.files.find(({ path }) => path === 'bin/run.js')?.mode.toString(8)).toMatch(/755$/)
  })
})

describe('the library', () => {
  it.each(['vmess-kit', 'vmess-kit/testing'])('%s can be imported and has something in it', (name) => {
    const count = runModule(folder, `console.log(Object.keys(await import('${name}')).length)`)
    expect(Number(count)).toBeGreaterThan(5)
  })

  it('shows its version', () => {
    const source = `import about from 'vmess-kit/package.json' with { type: 'json' }; console.log(about.version)`
    expect(runModule(folder, source)).toMatch(/^\d+\.\d+\.\d+/)
  })

  it('shows nothing else', () => {
    const source = `await import('vmess-kit/dist/index.js').catch(({ code }) => console.log(code))`
    expect(runModule(folder, source)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n')
  })

  it('loads no terminal package: it works where none is installed', () => {
    const bare = install(packed.tarball, (dependency) => LIBRARY.includes(dependency))
    const source = `import { startQuickstart } from 'vmess-kit'
      const { check, stop } = await startQuickstart()
      await stop({ graceMs: 0 })
      console.log(check.bytes > 0)`
    expect(runModule(bare, source)).toBe('true\n')
  })

  it(
    'has types that a strict program compiles with',
    () => {
      const source = `import { isFault, startClient, type Client } from 'vmess-kit'
      import { makePair } from 'vmess-kit/testing'
      export const start = (link: string): Promise<Client> => startClient({ link, mixed: { port: 1080 } })
      export const pair = makePair
      // @ts-expect-error a code that does not exist
      export const wrong = isFault(new Error(), 'NO_SUCH_CODE')`
      writeFileSync(join(folder, 'uses.ts'), source)
      const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node']
      const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--skipLibCheck']
      const { status, stdout } = spawnSync(
        process.execPath,
        [join(ROOT, 'node_modules/typescript/bin/tsc'), ...flags, ...types, 'uses.ts'],
        { cwd: folder, encoding: 'utf8' },
      )
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    },
    COMPILE_MS,
  )
})

describe('the program', () => {
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, [join(folder, 'node_modules/vmess-kit/bin/run.js'), ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder },
    })

  it('runs a tunnel', () => {
    expect(run('quickstart', '--once')).toContain('tunnel works')
  })

  it('knows its commands without their sources', () => {
    expect(run('--help')).toMatch(/connect.*quickstart.*serve.*uuid/s)
  })
})

describe('the sample in the README', () => {
  const TEXT = 'fetched by the sample\n'
  let origin: Origin
  let server: RunningProgram

  beforeAll(async () => {
    origin = await startOrigin(TEXT)
    server = new RunningProgram(['serve', '-l', '0', '--no-qr'])
  })

  afterAll(async () => {
    await server.kill()
    await origin.close()
  })

  it('has ten lines and fetches through a link', async () => {
    const sample =
      /```js\n\/\/ fetch-through\.mjs.*?\n(.*?)```/s.exec(readFileSync(`${ROOT}README.md`, 'utf8'))?.[1] ?? ''
    expect(sample.trimEnd().split('\n').length).toBeLessThanOrEqual(10)
    writeFileSync(join(folder, 'fetch-through.mjs'), sample)
    const [link] = await server.says(/vmess:\/\/\S+(?=\n)/)
    const { stdout } = await execute(process.execPath, ['fetch-through.mjs', link, origin.url], {
      cwd: folder,
    })
    expect(stdout).toBe(TEXT)
  })
})
