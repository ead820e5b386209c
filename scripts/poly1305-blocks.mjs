/**
 * Poly1305 (RFC 8439 §2.5) as WebAssembly text, in four words of 32 bits held in 64, the last of them with the two bits
 * that 130 have beyond 128.
 *
 * The clamped key has four bits to spare in each word, so products can be summed before anything is carried. When they
 * are multiplied h0 is below 3.25·2^32, h1 and h2 are below 2·2^32 and h3 below 6·2^32; the key is below 2^28 and
 * five quarters of it below 1.25·2^28. So the largest sum stays below (3.25 + 2.5 + 2.5 + 7.5)·2^60, which is less
 * than 2^64.
 */
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { get, lines, locals, set } from './wat.mjs'

const WORDS = [0, 1, 2, 3]
const CLAMP = [0x0fffffff, 0x0ffffffc, 0x0ffffffc, 0x0ffffffc]
const SUM = ['h0', 'h1', 'h2', 'h3']
/** What 2^96 has to be multiplied with to be 2^130, in bits. */
const TOP_BITS = 34

const add = (...terms) => terms.reduce((sum, term) => `(i64.add ${sum} ${term})`)
/** Of products, each named by its two factors. */
const sumOf = (...products) =>
  add(...products.map((product) => `(i64.mul ${product.split(' ').map(get).join(' ')})`))
const fives = (value) => `(i64.mul ${value} (i64.const 5))`
const upper = (value) => `(i64.shr_u ${value} (i64.const 32))`
const lower = (value) => `(i64.and ${value} (i64.const 0xffffffff))`
const beyondTop = (value) => `(i64.shr_u ${value} (i64.const ${TOP_BITS}))`
const belowTop = (value) => `(i64.and ${value} (i64.const ${2 ** TOP_BITS - 1}))`
const load = (at, address = '(i32.const 0)') => `(i64.load32_u offset=${at} ${address})`

export const sumLocals = locals(
  [...WORDS.map((i) => `r${i}`), 's1', 's2', 's3', ...SUM, 'd0', 'd1', 'd2', 'd3'],
  'i64',
)

/** The clamped key, 5/4 of its upper words (2^130 is 5), and the sum so far. */
export const startSum = ({ onetime, sum }) =>
  lines([
    ...WORDS.map((i) => set(`r${i}`, `(i64.and ${load(onetime + 4 * i)} (i64.const ${CLAMP[i]}))`)),
    ...[1, 2, 3].map((i) => set(`s${i}`, add(get(`r${i}`), `(i64.shr_u ${get(`r${i}`)} (i64.const 2))`))),
    ...SUM.map((name, i) => set(name, `(i64.load offset=${sum + 8 * i} (i32.const 0))`)),
  ])

export const keepSum = ({ sum }) =>
  lines(SUM.map((name, i) => `(i64.store offset=${sum + 8 * i} (i32.const 0) ${get(name)})`))

/** From word to word, and what exceeds 130 bits back to the first. */
const carry = [
  ...[1, 2, 3].map((i) => set(`d${i}`, add(get(`d${i}`), upper(get(`d${i - 1}`))))),
  set('h0', add(lower(get('d0')), fives(beyondTop(get('d3'))))),
  ...[1, 2].map((i) => set(`h${i}`, lower(get(`d${i}`)))),
  set('h3', belowTop(get('d3'))),
]

/** The 16 bytes that lie `offset` behind `$at` into the sum: h = (h + bytes + 2^128)·r, reduced in part. */
export const absorb = (offset) => [
  ...WORDS.map((i) => set(`h${i}`, add(get(`h${i}`), load(offset + 4 * i, get('at'))))),
  set('h3', add(get('h3'), `(i64.const ${2 ** 32})`)),
  set('d0', sumOf('h0 r0', 'h1 s3', 'h2 s2', 'h3 s1')),
  set('d1', sumOf('h0 r1', 'h1 r0', 'h2 s3', 'h3 s2')),
  set('d2', sumOf('h0 r2', 'h1 r1', 'h2 r0', 'h3 s3')),
  set('d3', sumOf('h0 r3', 'h1 r2', 'h2 r1', 'h3 r0')),
  ...carry,
]

/**
 * The tag: the sum modulo 2^130 - 5, which takes a 5 more where the sum is not less, plus the second half of the key.
 * Only h0 can be above its 32 bits, and by so little that the sum is below twice the modulus.
 */
export const finishSum = ({ onetime, tag }) =>
  lines([
    set('d0', upper(add(get('h0'), '(i64.const 5)'))),
    ...[1, 2].map((i) => set('d0', upper(add(get(`h${i}`), get('d0'))))),
    set('d0', fives(beyondTop(add(get('h3'), get('d0'))))),
    ...WORDS.flatMap((i) => [
      set('d0', add(get('d0'), get(`h${i}`), load(onetime + 16 + 4 * i))),
      `(i64.store32 offset=${tag + 4 * i} (i32.const 0) ${get('d0')})`,
      set('d0', upper(get('d0'))),
    ]),
  ])
