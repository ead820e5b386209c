import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { SystemFacts } from '../operations/mend-clock.js'

/** Where administrators' programs are, which may not be on the PATH of others. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin']
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv']

/** What this machine is and has. */
export function systemFacts(): SystemFacts {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  return {
    platform: process.platform,
    has: (program) => folders.some((folder) => isExecutable(join(folder, program))),
    isRoot: process.getuid?.() === 0,
    isContainer: CONTAINER_MARKS.some((path) => existsSync(path)),
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
