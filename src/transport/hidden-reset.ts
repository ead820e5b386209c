/**
 * A reset that libuv tells as an end. Where the last bytes and a reset are found together, it reads the bytes and
 * reports an end without a look at what lies behind them; the system still has the error then, and one more read
 * gets it. Node has no method for that, so it takes the descriptor, which is not documented: hence this one
 * small file. Where there is none, an end is believed.
 */
import { readSync } from 'node:fs'
import type { Socket } from 'node:net'

const ONE_BYTE = new Uint8Array(1)

/** The error of a socket that has just told its end, if it was none. */
export function hiddenReset(socket: Socket): Error | undefined {
  const descriptor = descriptorOf(socket)
  if (descriptor < 0) return undefined
  try {
    // Behind an end there is nothing that this could take away.
    readSync(descriptor, ONE_BYTE)
    return undefined
  } catch (error) {
    return error instanceof Error && !('code' in error && error.code === 'EAGAIN') ? error : undefined
  }
}

function descriptorOf(socket: Socket): number {
  const handle: unknown = '_handle' in socket ? socket._handle : undefined
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return -1
  return typeof handle.fd === 'number' ? handle.fd : -1
}
