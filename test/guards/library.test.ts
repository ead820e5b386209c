/** The library half: what it exports, and that nothing of the terminal is loaded with it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ROOT } from './examples.js'

/** Writes the URL of each module that is loaded to standard output. */
const HOOKS = `
import { writeSync } from 'node:fs'
export function load(url, context, next) {
  writeSync(1, url + '\\n')
  return next(url, context)
}`

function loadedWith(entry: string): readonly string[] {
  const hooks = `data:text/javascript,${encodeURIComponent(HOOKS)}`
  const program = `
    import { register } from 'node:module'
    register(${JSON.stringify(hooks)})
    await import(${JSON.stringify(pathToFileURL(join(ROOT, entry)).href)})`
  const { stdout, status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout.split('\n').filter((url) => url.startsWith('file:'))
}

describe.each(['dist/index.js', 'dist/testing.js'])('%s', (entry) => {
  const loaded = loadedWith(entry)

  test('is loaded from where it was built', () => {
    expect(loaded).toContain(pathToFileURL(join(ROOT, entry)).href)
  })

  test('loads only packages that the core may use', () => {
    const packages = loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? [])
    const allowed = new Set(['@noble/ciphers', '@noble/hashes', 'jsonc-parser'])
    expect(packages.filter((name) => !allowed.has(name))).toEqual([])
  })

  test('has none of the bundled command framework in it', () => {
    const own = loaded
      .filter((url) => url.includes('/dist/'))
      .map((url) => readFileSync(fileURLToPath(url), 'utf8'))
    expect(own.filter((text) => text.includes('@oclif/core'))).toEqual([])
  })

  test('exports these names; a change is a line in the changelog', async () => {
    const names = Object.keys((await import(pathToFileURL(join(ROOT, entry)).href)) as object)
    expect(names.sort()).toMatchSnapshot()
  })
})

test('a terminal package would be noticed', () => {
  expect(loadedWith('node_modules/chalk/source/index.js').join()).toContain('node_modules/chalk/')
})
