/** The standard streams, used so that nothing is cut off and a reader that goes away is no failure. */
import type { Writable } from 'node:stream'

/** Writes a line and waits until it has left: the process may be about to end. */
export function printLine(stream: Writable, line: string): Promise<void> {
  return new Promise((resolve) => stream.write(`${line}\n`, () => resolve()))
}

/** `vmess … | head -1`: ends quietly once nobody reads the answer any more; says so when it cannot leave. */
export function endQuietlyWithoutReader(): void {
  // Before the listener of oclif, which throws.
  process.stdout.prependListener('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(0)
    process.stderr.write(`vmess: the answer cannot be written: ${message}\n`)
    process.exit(1)
  })
}

/**
 * Keeps the process alive when stderr cannot be written, on a full disk or without a reader: what is said
 * there accompanies the work, and is dropped.
 */
export function outliveStderr(): void {
  process.stderr.on('error', () => {
    // There is nowhere left to say so.
  })
}
