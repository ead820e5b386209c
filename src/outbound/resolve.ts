import { lookup } from 'node:dns'
import { Fault, isFault } from '../faults/fault.js'

/** All addresses of a name as text, best first. Rejects with `DIAL_NAME`, or the signal's reason. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<readonly string[]>

/**
 * Asks the operating system, so the hosts file counts and the order is its own (RFC 6724). The question
 * cannot be taken back; an abort only stops the waiting.
 */
export const systemResolve: Resolve = (host, signal) =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => {
      const reason: unknown = signal.reason
      reject(isFault(reason) ? reason : new Fault('DIAL_ABORTED', { cause: reason }))
    }
    if (signal.aborted) {
      onAbort()
      return
    }
    signal.addEventListener('abort', onAbort, { once: true })
    lookup(host, { all: true }, (error, addresses) => {
      signal.removeEventListener('abort', onAbort)
      if (error !== null) reject(new Fault('DIAL_NAME', { why: `${host} (${error.code})`, cause: error }))
      else resolve(addresses.map(({ address }) => address))
    })
  })
