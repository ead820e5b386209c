import { setFlagsFromString } from 'node:v8'

/** How much may pile up before it is collected, in percent of what is in use. */
const GROWING_PERCENT = 400

/**
 * Lets more garbage pile up before V8 collects it, for a process that does nothing but relay. A
 * library leaves this to whoever owns the process.
 *
 * Each chunk that is opened is a buffer of its own, outside of the heap and soon dropped; V8 counts them against
 * a limit of about twice the heap, which is small here. It then marks the whole heap every ten megabytes or
 * so, which took a third of the CPU time of a busy relay. With this flag it does so every thirty.
 */
export function relaxCollector(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`)
}
