#!/usr/bin/env node
// What has to be settled before anything of the program is loaded. Plain JavaScript, so that a Node
// that is too old can still read the first lines and say so.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`vmess needs Node 20.19 or later; this is ${process.version}\n`)
  process.exit(1)
}

const args = process.argv.slice(2)
const root = fileURLToPath(new URL('..', import.meta.url))
settleColour()

const wantsJson = process.env.VMESS_CONTENT_TYPE?.toLowerCase() === 'json'
if (args.length === 1 && args[0] === '--version') printVersion()
else if (args.length === 1 && args[0] === 'uuid' && !wantsJson) await printUuid()
else await runCommand()

// The two that scripts call again and again go without the command framework; a test compares them
// with what oclif would have printed.

function printVersion() {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
}

async function printUuid() {
  const { makeUuids, warnIfOthersCanRead } = await import('../dist/fast-path.js')
  warnIfOthersCanRead()
  process.stdout.write(`${makeUuids({}).join('\n')}\n`)
}

async function runCommand() {
  // oclif would look for its package.json, which is not in the bundle; we have checked the version already.
  process.env.OCLIF_DISABLE_ENGINE_WARNING = 'true'
  const { enableCompileCache } = await import('node:module')
  const { homedir } = await import('node:os')
  // Not Node's default, which is in the shared temporary directory: another user could prepare it.
  enableCompileCache?.(join(cacheDirectory(homedir()), 'v8'))
  const { main } = await import('../dist/cli/main.js')
  await main(root)
}

/**
 * Colour is off for `--no-color`, `--json`, NO_COLOR and TERM=dumb; FORCE_COLOR outweighs all but the
 * two flags. chalk ignores NO_COLOR, but everybody obeys FORCE_COLOR=0. Whether a stream is a terminal
 * each library sees for itself.
 */
function settleColour() {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  const end = args.indexOf('--')
  const flags = end === -1 ? args : args.slice(0, end)
  const refused = flags.includes('--no-color') || flags.includes('--json')
  if (refused || (FORCE_COLOR === undefined && (NO_COLOR || TERM === 'dumb'))) process.env.FORCE_COLOR = '0'
  // Both together make Node print a warning.
  if (process.env.FORCE_COLOR !== undefined) delete process.env.NO_COLOR
}

/** The same place that oclif calls `config.cacheDir`. */
function cacheDirectory(home) {
  const { VMESS_CACHE_DIR, XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (VMESS_CACHE_DIR) return VMESS_CACHE_DIR
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'vmess')
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'vmess')
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'vmess')
  return join(home, '.cache', 'vmess')
}
