/**
 * Builds `dist/`: the bundled program and library, their declarations, and the oclif manifest.
 *
 *   node scripts/build.mjs               build everything
 *   node scripts/build.mjs --if-stale    only when a source has changed since the last build
 *   node scripts/build.mjs --no-types    leave out the declarations
 *
 * One esbuild run with splitting: every command is an entry, so a start reads only what it needs.
 * `@oclif/core` is bundled, because loading its 158 files one by one takes longer than most commands do.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const DIST = join(ROOT, 'dist')
const STAMP = join(DIST, '.built')
const ENTRIES = ['src/index.ts', 'src/testing.ts', 'src/cli/main.ts', 'src/cli/help.ts']
const ENTRY_FOLDERS = ['src/commands', 'src/cli/hooks']

/** What `bin/run.js` needs for a bare `vmess uuid`, as a file of the quickest kind to load. */
const FAST_PATH = 'src/cli/readable-output.ts'

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

const LOCALE_SORT = 'a.id.localeCompare(b.id)'

/**
 * oclif sorts its commands with the first `localeCompare` of the process, which starts up ICU: 15 ms for
 * names that are ASCII anyway. Fails when the line is no longer there, so that nobody keeps this in vain.
 */
const plainSort = {
  name: 'plain-sort',
  setup({ onLoad }) {
    onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/]config[\\/]plugin\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (!text.includes(LOCALE_SORT)) return { errors: [{ text: `${LOCALE_SORT} is gone: drop plainSort` }] }
      return { contents: text.replace(LOCALE_SORT, '(a.id < b.id ? -1 : 1)'), loader: 'js' }
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
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const entries = [
    ...ENTRIES.filter((file) => existsSync(join(ROOT, file))),
    ...ENTRY_FOLDERS.flatMap(filesIn),
  ]
  const settings = {
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: [...Object.keys(dependencies).filter((name) => name !== '@oclif/core'), ...NEVER_BUNDLED],
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
      plugins: [plainSort],
      banner: { js: COMMONJS_NAMES },
    }),
    build({
      ...settings,
      entryPoints: [FAST_PATH],
      outfile: 'dist/fast-path.cjs',
      format: 'cjs',
    }),
  ])
  removeAllBut(new Set(results.flatMap(({ metafile }) => Object.keys(metafile.outputs))))
}

/** Takes away what an earlier build left, without a moment in which `dist/` is empty. */
function removeAllBut(outputs) {
  for (const file of filesIn('dist')) {
    const kept = outputs.has(file.split(sep).join('/')) || file.startsWith(join('dist', 'types'))
    if (!kept && file !== join('dist', '.built')) rmSync(join(ROOT, file), { force: true })
  }
}

async function declarations() {
  rmSync(join(DIST, 'types'), { recursive: true, force: true })
  if (!existsSync(join(ROOT, 'src/index.ts'))) return
  await run('typescript/bin/tsc', ['-p', 'tsconfig.build.json'])
}

async function manifest() {
  if (filesIn('dist/commands').length === 0) return
  await run('oclif/bin/run.js', ['manifest'])
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
