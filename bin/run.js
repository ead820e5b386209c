#!/usr/bin/env node
// What has to be settled before anything of the program is loaded. Plain JavaScript, so that a Node that
// is too old can still read the first lines and say so; CommonJS, because starting Node's loader of ES
// modules takes a quarter of the time that a bare `node` does, and `vmess uuid` needs none.
const { readFileSync } = require('node:fs')
const { dirname, isAbsolute, join } = require('node:path')

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`vmess needs Node 20.19 or later; this is ${process.version}\n`)
  process.exit(1)
}

const args = process.argv.slice(2)
const root = dirname(__dirname)
settleColour()

const wantsJson = process.env.VMESS_CONTENT_TYPE?.toLowerCase() === 'json'
if (args.length === 1 && args[0] === '--version') printVersion()
else if (args.length === 1 && args[0] === 'uuid' && !wantsJson) printUuid()
else void runCommand()

// The two that scripts call again and again go without the command framework; a test compares them
// with what oclif would have printed.

function print(line) {
  process.stdout.on('error', ({ code, message }) => {
    if (code === 'EPIPE') process.exit(0)
    process.stderr.write(`vmess: the answer cannot be written: ${message}\n`)
    process.exit(1)
  })
  process.stdout.write(`${line}\n`)
}

function printVersion() {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  print(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}`)
}

function printUuid() {
  // biome-ignore lint/correctness/useImportExtensions: CommonJS in a package of ES modules
  const { warnIfOthersCanRead } = require('../dist/program/fast-path.cjs')
  warnIfOthersCanRead()
  // The global one loads a fifth of what node:crypto does.
  print(crypto.randomUUID())
}

async function runCommand() {
  // oclif would look for its package.json, which is not in the bundle; we have checked the version already.
  process.env.OCLIF_DISABLE_ENGINE_WARNING = 'true'
  // Not Node's default, which is in the shared temporary directory: another user could prepare it.
  const { loadProgram } = require('./load.js')
  const { main } = loadProgram('cli/main.cjs', cacheDirectory())
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

/** The same place that oclif calls `config.cacheDir`; a relative one is not obeyed, as its specification says. */
function cacheDirectory() {
  const { VMESS_CACHE_DIR, XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (VMESS_CACHE_DIR) return VMESS_CACHE_DIR
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'vmess')
  const home = require('node:os').homedir()
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'vmess')
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'vmess')
  return join(home, '.cache', 'vmess')
}
