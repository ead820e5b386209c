/**
 * Node's HTTP/2 stops to read while a write is under way, and under TLS it is sometimes not told that a
 * write has failed because the peer is gone: it then never reads again, and so never learns of the end. One
 * more start of the handle shows it. Handles are not documented; where a Node has other ones, nothing is done,
 * and the session is found silent in the end.
 */
import type { Socket } from 'node:net'

/**
 * Starts to read again where the system has nothing to write. Reading is on in that case, unless it was
 * forgotten: a peer that does not read from us gains nothing.
 */
export function nudgeRead(socket: Socket): void {
  const handle: unknown = '_handle' in socket ? socket._handle : undefined
  if (!isHandle(handle)) return
  const below = isHandle(handle._parent) ? handle._parent : handle
  if (below.writeQueueSize === 0) handle.readStart()
}

interface Handle {
  readonly writeQueueSize: number
  readStart(): unknown
  /** Under TLS: that of tcp. */
  readonly _parent?: unknown
}

function isHandle(handle: unknown): handle is Handle {
  if (typeof handle !== 'object' || handle === null) return false
  const { writeQueueSize, readStart } = handle as Partial<Handle>
  return typeof writeQueueSize === 'number' && typeof readStart === 'function'
}
