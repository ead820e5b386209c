/** The page on the protocol says what the vectors prove. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readVectors } from '../../support/vectors.js'

const page = readFileSync(fileURLToPath(new URL('../../../docs/protocol/README.md', import.meta.url)), 'utf8')
const vectors = readVectors(fileURLToPath(new URL('../../vectors/vmess', import.meta.url)))

/** `drain`, `close`, both or nothing, by code and form, as the vectors have it. */
function proven(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { fields } of vectors) {
    const drains = fields.get('drains')
    if (drains === undefined) continue
    const key = `${fields.get('expect')} ${fields.get('legacy') === 'yes' ? 'legacy' : 'AEAD'}`
    found.set(key, (found.get(key) ?? new Set()).add(drains === 'yes' ? 'drain' : 'close'))
  }
  return found
}

/** The same from the table of refusals. */
function written(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const [, code, aead, legacy] of page.matchAll(/^\| `([A-Z_]+)` \|([^|]*)\|([^|]*)\|$/gm)) {
    for (const [form, cell] of [
      ['AEAD', aead],
      ['legacy', legacy],
    ] as const) {
      const words = cell?.match(/drain|close/g)
      if (words) found.set(`${code} ${form}`, new Set(words))
    }
  }
  return found
}

test('which refusals drain and which close at once', () => {
  const sorted = (table: Map<string, Set<string>>) =>
    [...table].map(([key, words]) => `${key}: ${[...words].sort().join(', ')}`).sort()
  expect(sorted(written())).toEqual(sorted(proven()))
})
