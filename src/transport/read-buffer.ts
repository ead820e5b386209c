/**
 * One read buffer for every socket. The callback of a read is synchronous, so nothing survives it but
 * what is copied or encrypted, and a fresh 64 KiB per read (Node's habit) is saved.
 */
import type { Lender } from '../contracts/connection.js'

/**
 * What was read fits one chunk of the largest size (65 456 bytes, protocol §4.7) as it is, and also in four mux
 * frames, whose heads are 32 bytes.
 */
export const READ_BYTES = 65_424

/** No `Buffer`: of that `slice` is a view, and who means to copy would keep a view of what comes next. */
export const readBuffer = new Uint8Array(READ_BYTES)

/** Below this a copy comes out of Node's own pool. */
const POOLED_BYTES = 2_048

/** Lends the shared buffer: what is kept must be copied. */
export const readBufferLender: Lender = {
  keep(bytes) {
    const copy =
      bytes.length <= POOLED_BYTES ? Buffer.allocUnsafe(bytes.length) : Buffer.allocUnsafeSlow(bytes.length)
    copy.set(bytes)
    return copy
  },
}
