/** Writes `docs/reference/faults.md`: `npm run docs`. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatFaultPage } from './fault-page.js'

const page = fileURLToPath(new URL('../docs/reference/faults.md', import.meta.url))
writeFileSync(page, formatFaultPage())
