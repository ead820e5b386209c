/**
 * Poly1305 (RFC 8439 §2.5) as WebAssembly text, in words of 32 bits held in 64.
 *
 * The clamped key has four bits to spare in each word, and so the sum of products of a block needs no carrying
 * from word to word: each word passes its upper half on to the next, once. With h1, h2, h3 below 3·2^32, h0 below
 * 3.6·2^32 and h4 below 5 when they are multiplied, every sum stays below 15·2^60, and so do the next ones.
 */
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { get, lines, locals, set } from './wat.mjs'

const WORDS = [0, 1, 2, 3]
const CLAMP = [0x0fffffff, 0x0ffffffc, 0x0ffffffc, 0x0ffffffc]
const SUM = ['h0', 'h1', 'h2', 'h3', 'h4']

const add = (...terms) => terms.reduce((sum, term) => `(i64.add ${sum} ${term})`)
/** Of products, each named by its two factors. */
const sumOf = (...products) =>
  add(...products.map((product) => `(i64.mul ${product.split(' ').map(get).join(' ')})`))
const fives = (value) => `(i64.mul ${value} (i64.const 5))`
const upper = (value) => `(i64.shr_u ${value} (i64.const 32))`
const lower = (value) => `(i64.and ${value} (i64.const 0xffffffff))`
const fours = (value) => `(i64.shr_u ${value} (i64.const 2))`
const load = (at, address = '(i32.const 0)') => `(i64.load32_u offset=${at} ${address})`

export const sumLocals = locals(
  [...WORDS.map((i) => `r${i}`), 's1', 's2', 's3', ...SUM, 'd0', 'd1', 'd2', 'd3'],
  'i64',
)

/** The clamped key, 5/4 of its upper words (2^130 is 5), and the sum so far. */
export const startSum = ({ onetime, sum }) =>
  lines([
    ...WORDS.map((i) => set(`r${i}`, `(i64.and ${load(onetime + 4 * i)} (i64.const ${CLAMP[i]}))`)),
    ...[1, 2, 3].map((i) => set(`s${i}`, add(get(`r${i}`), fours(get(`r${i}`))))),
    ...SUM.map((name, i) => set(name, `(i64.load offset=${sum + 8 * i} (i32.const 0))`)),
  ])

export const keepSum = ({ sum }) =>
  lines(SUM.map((name, i) => `(i64.store offset=${sum + 8 * i} (i32.const 0) ${get(name)})`))

/** The 16 bytes that lie `offset` behind `$at` into the sum: h = (h + bytes + 2^128)·r, reduced in part. */
export const absorb = (offset) => [
  ...WORDS.map((i) => set(`h${i}`, add(get(`h${i}`), load(offset + 4 * i, get('at'))))),
  set('h4', add(get('h4'), '(i64.const 1)')),
  set('d0', sumOf('h0 r0', 'h1 s3', 'h2 s2', 'h3 s1')),
  set('d1', sumOf('h0 r1', 'h1 r0', 'h2 s3', 'h3 s2', 'h4 s1')),
  set('d2', sumOf('h0 r2', 'h1 r1', 'h2 r0', 'h3 s3', 'h4 s2')),
  set('d3', sumOf('h0 r3', 'h1 r2', 'h2 r1', 'h3 r0', 'h4 s3')),
  set('h4', add(sumOf('h4 r0'), upper(get('d3')))),
  set('h0', add(lower(get('d0')), fives(fours(get('h4'))))),
  set('h4', `(i64.and ${get('h4')} (i64.const 3))`),
  ...[1, 2, 3].map((i) => set(`h${i}`, add(lower(get(`d${i}`)), upper(get(`d${i - 1}`))))),
]

/** Carries from word to word, and what exceeds 130 bits back to the first. */
const carry = lines([
  ...WORDS.flatMap((i) => [
    set(`h${i + 1}`, add(get(`h${i + 1}`), upper(get(`h${i}`)))),
    set(`h${i}`, lower(get(`h${i}`))),
  ]),
  set('h0', add(get('h0'), fives(fours(get('h4'))))),
  set('h4', `(i64.and ${get('h4')} (i64.const 3))`),
])

/** The tag: the sum modulo 2^130 - 5, which takes a 5 more where the sum is not less, plus the second half of the key. */
export const finishSum = ({ onetime, tag }) =>
  lines([
    carry,
    carry,
    set('d0', upper(add(get('h0'), '(i64.const 5)'))),
    ...[1, 2, 3].map((i) => set('d0', upper(add(get(`h${i}`), get('d0'))))),
    set('d0', fives(fours(add(get('h4'), get('d0'))))),
    ...WORDS.flatMap((i) => [
      set('d0', add(get('d0'), get(`h${i}`), load(onetime + 16 + 4 * i))),
      `(i64.store32 offset=${tag + 4 * i} (i32.const 0) ${get('d0')})`,
      set('d0', upper(get('d0'))),
    ]),
  ])
