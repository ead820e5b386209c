/**
 * Builds `dist/`: the bundled program and library, their declarations, and the oclif manifest.
 *
 *   node scripts/build.mjs               build everything
 *   node scripts/build.mjs --if-stale    only when a source has changed since the last build
 *   node scripts/build.mjs --no-types    leave out the declarations
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const DIST = join(ROOT, 'dist')
const STAMP = join(DIST, '.built')
const BUILDERS = ['build.mjs', 'bundle.mjs', 'oclif-diet.mjs']
const NOTICES = 'dist/licences.txt'

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
    ...BUILDERS.map((name) => `scripts/${name}`),
  ]
  return sources.map((file) => `${file} ${statSync(join(ROOT, file)).mtimeMs}`).join('\n')
}

function isFresh() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint()
}

async function bundle() {
  // biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
  const { bundle: write } = await import('./bundle.mjs')
  const { written, read } = await write(
    ROOT,
    filesIn('src/commands').filter((file) => file.endsWith('.ts')),
  )
  removeAllBut(new Set([NOTICES, ...written]))
  writeNotices(read)
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
  if (filesIn('dist/program/commands').length === 0) return
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
