/**
 * Runs one TypeScript file: `node scripts/run-ts.mjs FILE [argument …]`.
 *
 * The file is bundled with everything of ours that it imports; packages stay packages. In each file
 * `import.meta.url` means that file, not the bundle. Stack traces show the TypeScript lines.
 */
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')

const ownUrl = {
  name: 'own-url',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: 'ts',
    }))
  },
}

const [file, ...args] = process.argv.slice(2)
if (file === undefined) {
  process.stderr.write('usage: node scripts/run-ts.mjs FILE [argument …]\n')
  process.exit(2)
}
const source = resolve(file)
const name = createHash('sha256').update(source).digest('hex').slice(0, 16)
const outfile = join(ROOT, 'node_modules', '.cache', 'run-ts', `${name}-${process.pid}.mjs`)

await build({
  absWorkingDir: ROOT,
  entryPoints: [source],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  sourcemap: 'inline',
  sourcesContent: false,
  plugins: [ownUrl],
  logLevel: 'warning',
})

process.on('exit', () => rmSync(outfile, { force: true }))
process.setSourceMapsEnabled(true)
process.argv = [process.execPath, source, ...args]
await import(pathToFileURL(outfile).href)
