/**
 * Builds `dist/`: the bundled program and library, their declarations, and the oclif manifest.
 *
 *   node scripts/build.mjs               build everything
 *   node scripts/build.mjs --if-stale    only when a source has changed since the last build
 *   node scripts/build.mjs --no-types    leave out the declarations
 *
 * One esbuild run with splitting: every command is an entry, so a start reads only what it needs.
 * Packages are bundled, because loading the 158 files of `@oclif/core` one by one takes longer than most
 * commands do, and those of `@peculiar/x509` longer than making a certificate. So they are development
 * dependencies, save those whose types the declarations name, and the ones of the terminal.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const DIST = join(ROOT, 'dist')
const STAMP = join(DIST, '.built')
const NOTICES = 'dist/licences.txt'
const ENTRIES = ['src/index.ts', 'src/testing.ts', 'src/cli/main.ts']
const ENTRY_FOLDER = 'src/commands'

/** What `bin/run.js` needs for a bare `vmess uuid`, as a file of the quickest kind to load. */
const FAST_PATH = 'src/cli/readable-output.ts'

/** Packages that stay files of their own: large ones that few starts need, and pino, which starts threads from its files. */
const LOADED_BY_NAME = ['@noble/ciphers', '@noble/hashes', 'inquirer', 'pino', 'undici']

/** Compilers that @oclif/core would load for TypeScript plugins, which this program never has. */
const NEVER_BUNDLED = ['typescript', 'ts-node', 'tsx', 'tsx/*']

/** The bundled CommonJS of @oclif/core expects these three to exist. */
const COMMONJS_NAMES = [
  `import { createRequire as __createRequire } from 'node:module'`,
  `import { fileURLToPath as __fileURLToPath } from 'node:url'`,
  `const require = __createRequire(import.meta.url)`,
  `const __filename = __fileURLToPath(import.meta.url)`,
  `const __dirname = __fileURLToPath(new URL('.', import.meta.url))`,
].join(';')

/**
 * What `@oclif/core` does at every start and this program never needs, by file. Each line is a change of
 * its text; the build fails when a line is no longer there, so that nothing is kept in vain.
 */
const OCLIF_CHANGES = {
  // The first `localeCompare` starts up ICU: 15 ms to sort names that are ASCII.
  'config/plugin.js': [['a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)']],
  'util/os.js': [
    // Only for the name of the platform, which Node calls linux.
    [`(await import('wsl-utils')).isWsl`, 'false'],
    // Only on Windows.
    ['const node_child_process_1 = require("node:child_process");', ''],
    ['(0, node_child_process_1.execSync)', 'require("node:child_process").execSync'],
  ],
}

/**
 * Packages for what this program does not do: finding commands without a manifest, plugins by pattern,
 * settings outside package.json, and a look at the Node version, which `bin/run.js` has had already.
 */
const OCLIF_WITHOUT = ['tinyglobby', 'minimatch', 'lilconfig', 'semver']

const ABSENT = `module.exports = { __esModule: true, ...Object.fromEntries(
  ['glob', 'minimatch', 'lilconfig', 'satisfies'].map((name) => [name, () => { throw new Error(name + ' is left out') }]),
) }`

const oclifDiet = {
  name: 'oclif-diet',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: new RegExp(`^(${OCLIF_WITHOUT.join('|')})$`) }, ({ path }) => ({
      path,
      namespace: 'absent',
    }))
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: ABSENT, loader: 'js' }))
    onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
      const file = path.split(sep).join('/').split('@oclif/core/lib/')[1]
      const changes = OCLIF_CHANGES[file]
      if (changes === undefined) return undefined
      const text = readFileSync(path, 'utf8')
      const gone = changes.filter(([from]) => !text.includes(from))
      const contents = changes.reduce((result, [from, to]) => result.replace(from, to), text)
      return {
        contents,
        loader: 'js',
        errors: gone.map(([from]) => ({ text: `${file} has no longer: ${from}` })),
      }
    })
  },
}

function filesIn(folder) {
  const path = join(ROOT, folder)
  if (!existsSync(path)) return []
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort()
}

/** Every source by name and time: a file that was removed is a change as well. */
function fingerprint() {
  const sources = [
    ...filesIn('src'),
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build.mjs',
  ]
  return sources.map((file) => `${file} ${statSync(join(ROOT, file)).mtimeMs}`).join('\n')
}

function isFresh() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint()
}

async function bundle() {
  const { build } = await import('esbuild')
  const entries = [...ENTRIES.filter((file) => existsSync(join(ROOT, file))), ...filesIn(ENTRY_FOLDER)]
  const settings = {
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    // Modules of a package rather than its CommonJS: only what is used gets into the bundle.
    mainFields: ['module', 'main'],
    target: 'node20.19',
    external: [...LOADED_BY_NAME, ...NEVER_BUNDLED],
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  }
  const results = await Promise.all([
    build({
      ...settings,
      entryPoints: entries.filter((file) => file.endsWith('.ts')),
      outdir: 'dist',
      outbase: 'src',
      chunkNames: 'chunks/[name]-[hash]',
      splitting: true,
      plugins: [oclifDiet],
    }),
    build({
      ...settings,
      entryPoints: [FAST_PATH],
      outfile: 'dist/fast-path.cjs',
      format: 'cjs',
    }),
  ])
  addCommonJsNames(Object.keys(results[0].metafile.outputs))
  removeAllBut(new Set([NOTICES, ...results.flatMap(({ metafile }) => Object.keys(metafile.outputs))]))
  writeNotices(results.flatMap(({ metafile }) => Object.keys(metafile.inputs)))
}

/** The licences of what got into the bundle, which have to go with it. */
function writeNotices(inputs) {
  const folders = inputs.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0])
  const notices = [...new Set(folders.filter((folder) => folder !== undefined))].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
    const texts = readdirSync(join(ROOT, folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    const text = texts.map((file) => readFileSync(join(ROOT, folder, file), 'utf8').trim()).join('\n\n')
    return `${name} ${version} (${license})\n\n${text}\n`
  })
  writeFileSync(join(ROOT, NOTICES), notices.join(`\n${'-'.repeat(80)}\n\n`))
}

/** Puts the names in front of the first line, where they are used: making them takes time in each file. */
function addCommonJsNames(outputs) {
  for (const file of outputs.filter((name) => name.endsWith('.js'))) {
    const text = readFileSync(join(ROOT, file), 'utf8')
    if (/\b(require|__filename|__dirname)\b/.test(text))
      writeFileSync(join(ROOT, file), `${COMMONJS_NAMES};${text}`)
  }
}

/** Takes away what an earlier build left, without a moment in which `dist/` is empty. */
function removeAllBut(outputs) {
  for (const file of filesIn('dist')) {
    const kept = outputs.has(file.split(sep).join('/')) || file.startsWith(join('dist', 'types'))
    if (!kept && file !== join('dist', '.built')) rmSync(join(ROOT, file), { force: true })
  }
}

async function declarations() {
  if (!existsSync(join(ROOT, 'src/index.ts'))) return
  await run('typescript/bin/tsc', ['-p', 'tsconfig.build.json'])
  // The compiler writes what changed and leaves what sources of the past became.
  for (const file of filesIn('dist/types').filter((name) => name.endsWith('.d.ts'))) {
    const source = file.replace(/^dist.types/, 'src').replace(/\.d\.ts$/, '.ts')
    if (!existsSync(join(ROOT, source))) rmSync(join(ROOT, file))
  }
}

async function manifest() {
  if (filesIn('dist/commands').length === 0) return
  await run('oclif/bin/run.js', ['manifest'])
  sortManifest()
  const { writeManPage } = await import(new URL('man-page.mjs', import.meta.url).href)
  writeManPage(ROOT)
}

/** Commands come in the order in which their folders were read, which differs on a busy machine. */
function sortManifest() {
  const path = join(ROOT, 'oclif.manifest.json')
  const { commands, ...rest } = JSON.parse(readFileSync(path, 'utf8'))
  const sorted = Object.fromEntries(Object.entries(commands).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(path, JSON.stringify({ commands: sorted, ...rest }, undefined, 2))
}

/** Runs the JavaScript of a development dependency; shows what it said only if it failed. */
function run(script, args) {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
    cwd: ROOT,
    env: { ...process.env, OCLIF_SKIP_NEW_VERSION_CHECK: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      said += text
    })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${script} failed\n${said}`))))
  })
}

const args = process.argv.slice(2)
if (!args.includes('--if-stale') || !isFresh()) {
  const before = fingerprint()
  mkdirSync(DIST, { recursive: true })
  rmSync(STAMP, { force: true })
  await bundle()
  const steps = [manifest(), ...(args.includes('--no-types') ? [] : [declarations()])]
  const failed = (await Promise.allSettled(steps)).filter((step) => step.status === 'rejected')
  for (const { reason } of failed) process.stderr.write(`${reason.message}\n`)
  if (failed.length > 0) process.exitCode = 1
  else writeFileSync(STAMP, before)
}
