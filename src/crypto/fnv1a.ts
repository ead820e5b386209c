const OFFSET_BASIS = 0x811c9dc5
const PRIME = 0x01000193

/** FNV-1a, 32 bits, as an unsigned number: the checksum of headers, commands and aes-128-cfb chunks. */
export function fnv1a(bytes: Uint8Array): number {
  let hash = OFFSET_BASIS
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), PRIME)
  return hash >>> 0
}
