/**
 * Writes `docs/reference/commands/` and the list of commands in the README from the built program.
 *
 *   node scripts/write-command-pages.mjs
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const README = join(ROOT, 'README.md')
const PAGES = 'docs/reference/commands'

/** The generator puts a heading of the first level over the list, which has one in the README already. */
const HEADING = /^<!-- commands -->\n# Command Topics\n\n/m

rmSync(join(ROOT, PAGES), { recursive: true, force: true })
execFileSync(
  process.execPath,
  [join(ROOT, 'node_modules/oclif/bin/run.js'), 'readme', '--no-aliases', '--multi', '--output-dir', PAGES],
  {
    cwd: ROOT,
    env: { ...process.env, OCLIF_SKIP_NEW_VERSION_CHECK: 'true', FORCE_COLOR: '0' },
    stdio: ['ignore', 'ignore', 'ignore'],
  },
)
const text = readFileSync(README, 'utf8')
if (!HEADING.test(text)) throw new Error('the generator no longer writes the heading that is taken away here')
writeFileSync(README, text.replace(HEADING, '<!-- commands -->\n'))
