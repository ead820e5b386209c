/** Ways to split bytes that must make no difference to a decoder. */

export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...[...places].sort((a, b) => a - b), bytes.length]
  return edges.slice(1).map((to, i) => bytes.subarray(edges[i], to))
}

export function everyByte(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte))
}

/** Reuses one buffer for all parts, as a reader of sockets does, so that keeping a part shows. */
export function feedBorrowed(parts: readonly Uint8Array[], receive: (bytes: Uint8Array) => void): void {
  const scratch = new Uint8Array(Math.max(0, ...parts.map((part) => part.length)))
  for (const part of parts) {
    scratch.set(part)
    receive(scratch.subarray(0, part.length))
    scratch.fill(0xee)
  }
}
