#!/usr/bin/env node
// The program from the sources as they are now: bundles what has changed, then hands over to run.js.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const build = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url))
const { status } = spawnSync(process.execPath, [build, '--if-stale', '--no-types'], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
process.setSourceMapsEnabled(true)
await import('./run.js')
