/** Writes `docs/reference/dialects.md`: `npm run docs`. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatDialectPage } from './dialect-page.js'

const page = fileURLToPath(new URL('../docs/reference/dialects.md', import.meta.url))
writeFileSync(page, formatDialectPage())
