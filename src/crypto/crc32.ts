const REVERSED_POLYNOMIAL = 0xedb88320

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ REVERSED_POLYNOMIAL : remainder >>> 1
  }
  return remainder
})

/**
 * CRC-32/IEEE of the first `length` bytes, unsigned. A table in JavaScript, since the twelve bytes of
 * an auth ID are checked once per user and the call into zlib would cost more than the sum.
 */
export function crc32(bytes: Uint8Array, length = bytes.length): number {
  let crc = 0xffffffff
  for (let i = 0; i < length; i++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number)
  }
  return (crc ^ 0xffffffff) >>> 0
}
