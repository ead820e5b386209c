/** The public surface: a change here needs a line in the changelog. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TERMINAL_PACKAGES = /^(@oclif\/|chalk|inquirer|@inquirer\/|qrcode-terminal|pino)/

describe('the library', () => {
  it('exports these names', async () => {
    expect(Object.keys(await import('../../src/index.js')).sort()).toMatchSnapshot()
  })

  it('exports these names for tests', async () => {
    expect(Object.keys(await import('../../src/testing.js')).sort()).toMatchSnapshot()
  })

  it.each(['index', 'testing'])('defines nothing in %s.ts', (file) => {
    const source = readFileSync(join(ROOT, `src/${file}.ts`), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    const statements = source
      .split(/\n(?=\S)/)
      .filter((statement) => statement.trim() !== '' && !/^}/.test(statement))
    for (const statement of statements) expect(statement).toMatch(/^export (type )?[{*]/)
  })
})

describe.each(['index', 'testing'])('importing %s', (entry) => {
  const folder = mkdtempSync(join(tmpdir(), 'surface-'))
  const outfile = join(folder, `${entry}.mjs`)
  let metafile: Metafile

  beforeAll(async () => {
    const built = await build({
      absWorkingDir: ROOT,
      entryPoints: [`src/${entry}.ts`],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      mainFields: ['module', 'main'],
      external: ['@oclif/*', 'chalk', 'inquirer', 'qrcode-terminal', 'pino'],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
      },
      metafile: true,
      logLevel: 'silent',
    })
    metafile = built.metafile
  })

  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('names no terminal package and nothing of the terminal', () => {
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path))
    expect(imports.length).toBeGreaterThan(0)
    expect(
      imports.filter((path) => TERMINAL_PACKAGES.test(path) || /^src\/(cli|commands)\//.test(path)),
    ).toEqual([])
  })

  it('leaves a process that ends by itself, silently', () => {
    const program = `await import(${JSON.stringify(pathToFileURL(outfile).href)})`
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
      timeout: 15_000,
    })
    expect({ status: child.status, stdout: child.stdout, stderr: child.stderr }).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    })
  })
})
