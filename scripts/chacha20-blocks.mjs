/**
 * ChaCha20 (RFC 8439 §2.3) as WebAssembly text, four blocks at a time: each vector holds one word of the state
 * for four consecutive counters.
 */
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { get, lines, locals, set } from './wat.mjs'

/** "expand 32-byte k" */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]
const COLUMNS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
]
const DIAGONALS = [
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
]
const HALVES_SWAPPED = '2 3 0 1 6 7 4 5 10 11 8 9 14 15 12 13'
const WORDS = Array.from({ length: 16 }, (_, i) => i)
const QUARTERS = [0, 1, 2, 3]

const word = (i) => `x${i}`
const add = (a, b) => `(i32x4.add ${a} ${b})`
const xor = (a, b) => `(v128.xor ${a} ${b})`

function rotate(vector, bits) {
  if (bits === 16) return `(i8x16.shuffle ${HALVES_SWAPPED} ${vector} ${vector})`
  return `(v128.or (i32x4.shl ${vector} (i32.const ${bits})) (i32x4.shr_u ${vector} (i32.const ${32 - bits})))`
}

/** Four quarter rounds side by side, so that no instruction waits for the one before it. */
function quarterRounds(places) {
  const half = ([a, b, c, d], bits) => [
    [a, add(get(a), get(b))],
    [d, xor(get(d), get(a))],
    [d, rotate(get(d), bits)],
    [c, add(get(c), get(d))],
    [b, xor(get(b), get(c))],
  ]
  const steps = places.map((place) => {
    const names = place.map(word)
    const turn = (bits) => [names[1], rotate(get(names[1]), bits)]
    return [...half(names, 16), turn(12), ...half(names, 8), turn(7)]
  })
  return steps[0].flatMap((_, i) => steps.map((step) => set(...step[i])))
}

export const doubleRound = [...quarterRounds(COLUMNS), ...quarterRounds(DIAGONALS)]

/** The word before the rounds, from key and nonce in memory and the local `$counter` of the first block. */
function startOf(i, { key, nonce }) {
  if (i < 4) return `(v128.const i32x4 ${QUARTERS.map(() => CONSTANTS[i]).join(' ')})`
  if (i < 12) return `(v128.load32_splat offset=${key + 4 * (i - 4)} (i32.const 0))`
  if (i === 12) return add(`(i32x4.splat ${get('counter')})`, '(v128.const i32x4 0 1 2 3)')
  return `(v128.load32_splat offset=${nonce + 4 * (i - 13)} (i32.const 0))`
}

export const blockLocals = locals([...WORDS.map(word), 'low', 'high', 'low2', 'high2'], 'v128')

export const startBlocks = (layout) => lines(WORDS.map((i) => set(word(i), startOf(i, layout))))

const shuffle = (words, a, b) => {
  const bytes = words.flatMap((at) => QUARTERS.map((byte) => 4 * at + byte))
  return `(i8x16.shuffle ${bytes.join(' ')} ${get(a)} ${get(b)})`
}

/** Four vectors of one word each become a quarter of each of the four blocks. */
function transpose([a, b, c, d]) {
  return lines([
    set('low', shuffle([0, 4, 1, 5], a, b)),
    set('high', shuffle([2, 6, 3, 7], a, b)),
    set('low2', shuffle([0, 4, 1, 5], c, d)),
    set('high2', shuffle([2, 6, 3, 7], c, d)),
    set(a, shuffle([0, 1, 4, 5], 'low', 'low2')),
    set(b, shuffle([2, 3, 6, 7], 'low', 'low2')),
    set(c, shuffle([0, 1, 4, 5], 'high', 'high2')),
    set(d, shuffle([2, 3, 6, 7], 'high', 'high2')),
  ])
}

/** Bytes at `$in0` and, of the last three blocks, at `$in` become those at `$out0` and `$out`. */
export function finishBlocks(layout) {
  return lines(
    QUARTERS.map((quarter) => {
      const names = QUARTERS.map((i) => word(4 * quarter + i))
      const sums = names.map((name, i) => set(name, add(get(name), startOf(4 * quarter + i, layout))))
      const stores = names.map((name, block) => {
        const [from, to] = block === 0 ? ['in0', 'out0'] : ['in', 'out']
        const at = `offset=${64 * block + 16 * quarter}`
        return `(v128.store ${at} ${get(to)} ${xor(get(name), `(v128.load ${at} ${get(from)})`)})`
      })
      return lines([...sums, transpose(names), ...stores])
    }),
  )
}
