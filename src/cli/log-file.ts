import { openSync, writeSync } from 'node:fs'
import { Fault } from '../faults/fault.js'
import { visible } from './render/visible.js'

/** Appends lines to a file that only its owner can read. Throws `CLI_FILE`; each line may throw, too. */
export function openLogFile(path: string): (line: string) => void {
  const file = open(path)
  return (line) => {
    writeSync(file, `${line}\n`)
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'a', 0o600)
  } catch (cause) {
    const why = `${visible(path)}: ${(cause as NodeJS.ErrnoException).code ?? cause}`
    throw new Fault('CLI_FILE', { what: 'the log file cannot be written', why, cause })
  }
}
