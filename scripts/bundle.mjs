/**
 * Bundles the library and the program.
 *
 * The library (`src/index.ts`, `src/testing.ts`) becomes ES modules; its packages stay packages, as far as
 * its users should get the fixes of them by themselves.
 *
 * The program becomes CommonJS in `dist/program`, because Node 20 starts that in less time and lets us keep the
 * code that V8 made of it (`bin/load.js`). All packages are bundled, but for the large ones that few starts
 * need: finding and reading the 158 files of `@oclif/core` takes longer than most commands do. esbuild splits
 * ES modules only, so it first makes those, every command an entry, and then turns each file into CommonJS.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { build, transform } from 'esbuild'
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { oclifDiet } from './oclif-diet.mjs'

const LIBRARY = ['src/index.ts', 'src/testing.ts']
const PROGRAM = 'src/cli/main.ts'

/** What `bin/run.js` needs for a bare `vmess uuid`, as a file of the quickest kind to load. */
const FAST_PATH = 'src/cli/readable-output.ts'

/** Packages that stay files of their own: both are CommonJS, which the program can `require`. */
const LOADED_BY_NAME = ['pino', 'undici']

/** The library leaves these alone too. */
const LIBRARY_LOADS_BY_NAME = ['@noble/ciphers', '@noble/hashes', ...LOADED_BY_NAME]

/** Compilers that @oclif/core would load for TypeScript plugins, which this program never has. */
const NEVER_BUNDLED = ['typescript', 'ts-node', 'tsx', 'tsx/*']

/** CommonJS in the bundle of the library expects `require` to exist. Only where it is used: making it takes time. */
const REQUIRE = [
  `import { createRequire as __createRequire } from 'node:module'`,
  'const require = __createRequire(import.meta.url)',
  '',
].join(';')

const FORM = { platform: 'node', target: 'node20.19', minifyWhitespace: true, minifySyntax: true }

const SETTINGS = {
  ...FORM,
  bundle: true,
  format: 'esm',
  // Modules of a package rather than its CommonJS: only what is used gets into the bundle.
  mainFields: ['module', 'main'],
  outbase: 'src',
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
  write: false,
}

/** Writes both into `dist`. Gives the files written and those read, relative to the root. */
export async function bundle(root, commands) {
  const results = await Promise.all([
    bundleLibrary(root),
    bundleProgram(root, commands),
    bundleFastPath(root),
  ])
  const outputs = results.flatMap((result) => result.outputs)
  for (const { path, contents } of outputs) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), contents)
  }
  return { written: outputs.map(({ path }) => path), read: results.flatMap((result) => result.read) }
}

async function bundleLibrary(root) {
  const { outputFiles, metafile } = await build({
    ...SETTINGS,
    absWorkingDir: root,
    entryPoints: LIBRARY.filter((file) => existsSync(join(root, file))),
    outdir: 'dist',
    external: LIBRARY_LOADS_BY_NAME,
    sourcemap: true,
  })
  const outputs = outputFiles.map(({ path, text }) => ({
    path: nameIn(root, path),
    contents: path.endsWith('.js') && /\brequire\b/.test(text) ? REQUIRE + text : text,
  }))
  return { outputs, read: Object.keys(metafile.inputs) }
}

async function bundleProgram(root, commands) {
  const { outputFiles, metafile } = await build({
    ...SETTINGS,
    absWorkingDir: root,
    entryPoints: [PROGRAM, ...commands],
    outdir: 'dist/program',
    outExtension: { '.js': '.cjs' },
    external: [...LOADED_BY_NAME, ...NEVER_BUNDLED],
    plugins: [oclifDiet],
    sourcemap: 'external',
  })
  const texts = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const modules = [...texts.keys()].filter((path) => path.endsWith('.cjs')).sort()
  const files = await Promise.all(
    modules.map(async (path) => {
      const { code, map } = await toCommonJs(texts.get(path), texts.get(`${path}.map`))
      return [
        { path: nameIn(root, path), contents: `${code}//# sourceMappingURL=${path.split(sep).at(-1)}.map\n` },
        { path: `${nameIn(root, path)}.map`, contents: map },
      ]
    }),
  )
  const outputs = files.flat()
  return { outputs: [...outputs, buildId(outputs)], read: Object.keys(metafile.inputs) }
}

async function toCommonJs(text, sourceMap) {
  const map = Buffer.from(sourceMap).toString('base64')
  const { warnings, ...result } = await transform(
    `${text}\n//# sourceMappingURL=data:application/json;base64,${map}`,
    {
      ...FORM,
      format: 'cjs',
      // Becomes `require`: `import()` does not work in code that was kept.
      supported: { 'dynamic-import': false },
      sourcemap: 'external',
      sourcesContent: false,
    },
  )
  if (warnings.length > 0) throw new Error(warnings.map((warning) => warning.text).join('\n'))
  return result
}

/** Names what the program is made of, so that code kept of another build is never taken for this one's. */
function buildId(outputs) {
  const hash = createHash('sha256')
  for (const { path, contents } of outputs) hash.update(`${path}\0${contents}\0`)
  return { path: 'dist/program/build-id', contents: hash.digest('hex').slice(0, 16) }
}

async function bundleFastPath(root) {
  const { outputFiles, metafile } = await build({
    ...SETTINGS,
    absWorkingDir: root,
    entryPoints: [FAST_PATH],
    outfile: 'dist/program/fast-path.cjs',
    outbase: undefined,
    chunkNames: undefined,
    splitting: false,
    format: 'cjs',
    sourcemap: true,
  })
  const outputs = outputFiles.map(({ path, text }) => ({ path: nameIn(root, path), contents: text }))
  return { outputs, read: Object.keys(metafile.inputs) }
}

function nameIn(root, path) {
  return relative(root, path).split(sep).join('/')
}
