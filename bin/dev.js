#!/usr/bin/env node
// The program from the sources as they are now: bundles what has changed, then hands over to run.js.
const { spawnSync } = require('node:child_process')
const { join } = require('node:path')

const build = join(__dirname, '..', 'scripts', 'build.mjs')
const { status } = spawnSync(process.execPath, [build, '--if-stale', '--no-types'], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
process.setSourceMapsEnabled(true)
require('./run.js')
