/** Writes `docs/reference/rules.md`: `npm run docs`. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatRulePage } from './rule-page.js'

const page = fileURLToPath(new URL('../docs/reference/rules.md', import.meta.url))
writeFileSync(page, formatRulePage())
