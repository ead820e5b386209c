/**
 * Whether the process may open one more file. A listener that has none left is not told: the system accepts
 * and Node closes at once, so that clients see a server that hangs up and the log stays empty.
 */
import { closeSync, openSync } from 'node:fs'

const NONE_LEFT: readonly unknown[] = ['EMFILE', 'ENFILE']

export function hasDescriptors(): boolean {
  try {
    closeSync(openSync('/dev/null', 'r'))
    return true
  } catch (error) {
    // Where there is no such file it says nothing about descriptors.
    return !(error instanceof Error && 'code' in error && NONE_LEFT.includes(error.code))
  }
}
