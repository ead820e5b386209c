/**
 * Writes the vectors: `node scripts/run-ts.mjs test/vectors/make/make.ts`. Where a source outside this
 * repository has published the bytes, the naive builder must arrive at the same ones.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bodyVectors } from './bodies.js'
import { identityVectors } from './identity.js'
import { legacyRequestVectors } from './legacy-requests.js'
import { requestVectors } from './requests.js'
import { responseVectors } from './responses.js'
import { bytes, hex, type VectorSource } from './source.js'

const TARGET = fileURLToPath(new URL('../vmess', import.meta.url))
const HEX_PER_LINE = 80

function format({ fields, parts }: VectorSource): string {
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${value}`.trimEnd())
  const rows = parts.flatMap((part) => hex(part).match(new RegExp(`.{1,${HEX_PER_LINE}}`, 'g')) ?? [])
  return `${lines.join('\n')}\n\n${rows.join('\n')}\n`
}

const sources = [
  ...identityVectors,
  ...requestVectors,
  ...legacyRequestVectors,
  ...responseVectors,
  ...bodyVectors,
]

rmSync(TARGET, { recursive: true, force: true })
const written = new Set<string>()
for (const source of sources) {
  const { path, parts, published } = source
  const made = hex(Buffer.concat(parts))
  if (published !== undefined && hex(bytes(published)) !== made) throw new Error(`${path}: ${made}`)
  if (written.has(path)) throw new Error(`${path} twice`)
  written.add(path)
  const file = join(TARGET, `${path}.txt`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, format(source))
}
process.stdout.write(`${written.size} vectors\n`)
