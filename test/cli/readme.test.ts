import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const COMMANDS = /^<!-- commands -->$.*^<!-- commandsstop -->$/ms

it('the commands in the README are what `npm run docs` writes', () => {
  const oclif = join(ROOT, 'node_modules/oclif/bin/run.js')
  const written = execFileSync(process.execPath, [oclif, 'readme', '--no-aliases', '--dry-run'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, OCLIF_SKIP_NEW_VERSION_CHECK: 'true', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [expected] = COMMANDS.exec(written) ?? []
  expect(expected).toContain('vmess serve')
  expect(COMMANDS.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))?.[0]).toBe(expected)
})
