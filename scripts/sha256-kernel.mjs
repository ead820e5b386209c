/**
 * Writes `src/crypto/sha256-kernel.ts`: the compression function of SHA-256 (FIPS 180-4 §6.2.2) on four
 * messages at a time, as a WebAssembly module. Deriving the four keys of one request head takes eighty
 * compressions of single blocks, twenty for each key, in step with one another.
 *
 *   node scripts/sha256-kernel.mjs           writes the file
 *   node scripts/sha256-kernel.mjs --check   fails if the file is stale
 *
 * Each word of a state or block stands four times side by side, once for each message, in the machine's order:
 * whoever fills them has read them big endian.
 */
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { writeKernel } from './kernel-file.mjs'

const ROUNDS = 64
const LANES = 4
const ROW_BYTES = 4 * LANES

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
function roundConstants() {
  const primes = []
  for (let n = 2; primes.length < ROUNDS; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes.map((prime) => cubeRootFraction(BigInt(prime)))
}

/** floor(2^32 · cbrt(prime)) modulo 2^32, by bisection on whole numbers. */
function cubeRootFraction(prime) {
  const target = prime << 96n
  let low = 0n
  let high = 1n << 36n
  while (low + 1n < high) {
    const middle = (low + high) >> 1n
    if (middle * middle * middle <= target) low = middle
    else high = middle
  }
  return Number(low & 0xffffffffn)
}

const get = (local) => `(local.get $${local})`
const add = (...terms) => terms.reduce((sum, term) => `(i32x4.add ${sum} ${term})`)
const xor = (...terms) => terms.reduce((sum, term) => `(v128.xor ${sum} ${term})`)
const and = (a, b) => `(v128.and ${a} ${b})`
const shift = (row, bits) => `(i32x4.shr_u ${row} (i32.const ${bits}))`
const rotate = (row, bits) => `(v128.or ${shift(row, bits)} (i32x4.shl ${row} (i32.const ${32 - bits})))`
const all = (word) => `(v128.const i32x4${` ${word}`.repeat(LANES)})`
const load = (base, i) => `(v128.load offset=${i * ROW_BYTES} ${get(base)})`

/** One round. Instead of moving eight words along, their names move. */
function round(i, constant) {
  const [a, b, c, d, e, f, g, h] = Array.from('abcdefgh', (_, k) => get('abcdefgh'[(k - i + ROUNDS) % 8]))
  const name = (k) => 'abcdefgh'[(k - i + ROUNDS) % 8]
  const word = `w${i % 16}`
  const near = get(`w${(i + 14) % 16}`)
  const far = get(`w${(i + 1) % 16}`)
  const scheduled = add(
    get(word),
    get(`w${(i + 9) % 16}`),
    xor(rotate(far, 7), rotate(far, 18), shift(far, 3)),
    xor(rotate(near, 17), rotate(near, 19), shift(near, 10)),
  )
  const schedule = i < 16 ? '' : `(local.set $${word} ${scheduled})`
  const mixedE = xor(rotate(e, 6), rotate(e, 11), rotate(e, 25))
  const mixedA = xor(rotate(a, 2), rotate(a, 13), rotate(a, 22))
  const choice = xor(g, and(e, xor(f, g)))
  const majority = `(v128.or ${and(a, b)} ${and(c, `(v128.or ${a} ${b})`)})`
  return `${schedule}
    (local.set $t ${add(h, mixedE, choice, all(constant), get(word))})
    (local.set $${name(3)} ${add(d, get('t'))})
    (local.set $${name(7)} ${add(get('t'), mixedA, majority)})`
}

const state = Array.from('abcdefgh')
const words = Array.from({ length: 16 }, (_, i) => `w${i}`)

const MODULE = `(module
  (memory (export "memory") 1)
  ;; The states after one more block, written to out, which may be the states or the blocks.
  (func (export "compress") (param $state i32) (param $block i32) (param $out i32)
    ${[...state, ...words, 't'].map((name) => `(local $${name} v128)`).join(' ')}
    ${words.map((name, i) => `(local.set $${name} ${load('block', i)})`).join('\n    ')}
    ${state.map((name, i) => `(local.set $${name} ${load('state', i)})`).join('\n    ')}
    ${roundConstants()
      .map((constant, i) => round(i, constant))
      .join('\n')}
    ${state.map((name, i) => `(local.set $${name} ${add(get(name), load('state', i))})`).join('\n    ')}
    ${state.map((name, i) => `(v128.store offset=${i * ROW_BYTES} ${get('out')} ${get(name)})`).join('\n    ')}
  )
)`

await writeKernel({ name: 'sha256', module: MODULE, layout: { lanes: LANES } })
