/**
 * The compression function of SHA-256 (FIPS 180-4 §6.2.2), bare. The key derivation of AEAD headers is
 * eighty compressions of single blocks for each connection; through any library's hash objects each of
 * them costs two to three times as much. Unit tests hold it against `node:crypto`.
 */

// biome-ignore format: sixteen rows of the standard's table
const ROUND_CONSTANTS = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
)

/** The state before the first block, eight words. */
export const SHA256_START = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
)

const schedule = new Int32Array(64)

/** The state after one more block of sixteen big-endian words, written to `out`, which may be `state`. */
export function sha256Block(state: Int32Array, block: Int32Array, out: Int32Array): void {
  expand(block)
  let a = state[0] as number
  let b = state[1] as number
  let c = state[2] as number
  let d = state[3] as number
  let e = state[4] as number
  let f = state[5] as number
  let g = state[6] as number
  let h = state[7] as number
  for (let i = 0; i < 64; i++) {
    const mixedE = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const word = (ROUND_CONSTANTS[i] as number) + (schedule[i] as number)
    const first = (h + mixedE + (g ^ (e & (f ^ g))) + word) | 0
    const mixedA = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const second = (mixedA + ((a & b) | (c & (a | b)))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  out[0] = (state[0] as number) + a
  out[1] = (state[1] as number) + b
  out[2] = (state[2] as number) + c
  out[3] = (state[3] as number) + d
  out[4] = (state[4] as number) + e
  out[5] = (state[5] as number) + f
  out[6] = (state[6] as number) + g
  out[7] = (state[7] as number) + h
}

function expand(block: Int32Array): void {
  for (let i = 0; i < 16; i++) schedule[i] = block[i] as number
  for (let i = 16; i < 64; i++) {
    const near = schedule[i - 2] as number
    const far = schedule[i - 15] as number
    const mixedFar = ((far >>> 7) | (far << 25)) ^ ((far >>> 18) | (far << 14)) ^ (far >>> 3)
    const mixedNear = ((near >>> 17) | (near << 15)) ^ ((near >>> 19) | (near << 13)) ^ (near >>> 10)
    schedule[i] = (schedule[i - 16] as number) + (schedule[i - 7] as number) + mixedFar + mixedNear
  }
}
