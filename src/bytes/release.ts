/** Memory below this is not worth the call; and small arrays are often views of a pool. */
const WORTHWHILE = 1_024

type Port = InstanceType<typeof MessageChannel>['port1']

interface Transferable {
  transfer?(newByteLength: number): ArrayBuffer
}

/**
 * Gives memory back at once instead of when the collector finds it. For bytes that nobody else can have:
 * afterwards the array is empty. A view of a part of some memory is left alone.
 *
 * The outputs of ciphers are what this is for: the next one is then made where the last one was, in the
 * processor's cache, and the collector, which is driven by such memory, does not run.
 */
export function release(bytes: Uint8Array): void {
  const { buffer, length } = bytes
  if (length < WORTHWHILE || length !== buffer.byteLength) return
  detach(buffer as ArrayBuffer)
}

/** Node 20 has no `transfer`; what is posted to a closed port is gone as well. */
export function makeDetach(prototype: Transferable = ArrayBuffer.prototype as Transferable) {
  if (prototype.transfer !== undefined) {
    return (buffer: ArrayBuffer): void => {
      ;(buffer as Transferable).transfer?.(0)
    }
  }
  let closed: Port | undefined
  return (buffer: ArrayBuffer): void => {
    closed ??= closedPort()
    closed.postMessage(undefined, [buffer])
  }
}

const detach = makeDetach()

function closedPort(): Port {
  const { port1 } = new MessageChannel()
  port1.close()
  return port1
}
