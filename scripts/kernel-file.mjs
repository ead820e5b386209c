/** Turns the text of a WebAssembly module into a TypeScript file that no bundler has to know about. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import wabt from 'wabt'

/**
 * Writes `src/crypto/NAME-kernel.ts`, or with `--check` fails if it is stale. `layout` says where things
 * lie in the module's memory; the driver gets the same numbers.
 */
export async function writeKernel({ name, module, layout }) {
  const { parseWat } = await wabt()
  const parsed = parseWat(`${name}-kernel.wat`, module, { simd: true })
  parsed.validate()
  const { buffer } = parsed.toBinary({})
  parsed.destroy()
  const text = formatFile({ name, layout, base64: Buffer.from(buffer).toString('base64') })
  const target = fileURLToPath(new URL(`../src/crypto/${name}-kernel.ts`, import.meta.url))
  if (!process.argv.includes('--check')) {
    writeFileSync(target, text)
    return
  }
  if (readFileSync(target, 'utf8') === text) return
  console.error(`src/crypto/${name}-kernel.ts is stale: run node scripts/${name}-kernel.mjs`)
  process.exit(1)
}

function formatFile({ name, layout, base64 }) {
  const constant = `${name.toUpperCase()}_KERNEL`
  const places = Object.entries(layout).map(([place, value]) => `  ${place}: ${value},`)
  const layoutText = `/** Where things lie in the module's memory. */
export const ${constant}_LAYOUT = {
${places.join('\n')}
} as const

`
  const lines = base64.match(/.{1,100}/g) ?? []
  return `// Written by scripts/${name}-kernel.mjs; never edited by hand.

${places.length === 0 ? '' : layoutText}/** The WebAssembly module, base64. */
export const ${constant} = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('')
`
}
