/**
 * Writes `src/crypto/chacha-kernel.ts`: a WebAssembly module that opens and seals runs of ChaCha20-Poly1305
 * pieces (RFC 8439 §2.8, without associated data). Why it exists: docs/decisions/0012-small-chunks.md.
 *
 *   node scripts/chacha-kernel.mjs           writes the file
 *   node scripts/chacha-kernel.mjs --check   fails if the file is stale
 *
 * ChaCha20 works in vectors and Poly1305 in plain registers, so each round is followed by some blocks of
 * Poly1305: the processor does both at once. No branch and no address depends on a key or on text.
 */
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { blockLocals, doubleRound, finishBlocks, startBlocks } from './chacha20-blocks.mjs'
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { writeKernel } from './kernel-file.mjs'
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { absorb, finishSum, keepSum, startSum, sumLocals } from './poly1305-blocks.mjs'
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { advance, get, lines, set, spread } from './wat.mjs'

const PAGE = 65_536

/** Where things lie in the module's memory; the driver gets the same numbers. */
const LAYOUT = {
  key: 0, // 32 bytes
  nonce: 32, // 12 bytes of the first nonce
  masks: 48, // 16 bytes of ones, 16 of zeros
  edge: 80, // a last block, padded
  tag: 96,
  zeros: 128, // what the first block of keystream is XORed with
  onetime: 192, // that block: the key of Poly1305
  sum: 256, // four u64: the state of Poly1305
  units: 512, // two u32 for each unit: where it starts, its length without the tag
  maxUnits: 512,
  input: 8_192,
  output: PAGE + 9_216,
  maxBytes: PAGE,
  pages: 3,
}
/** What is left of keys is wiped in pieces of 16 bytes. */
const SECRETS = [
  [LAYOUT.key, 48],
  [LAYOUT.edge, 32],
  [LAYOUT.onetime, 64],
  [LAYOUT.sum, 32],
]
const ROUNDS = 10

const wipe = lines(
  SECRETS.flatMap(([at, length]) =>
    Array.from(
      { length: length / 16 },
      (_, i) => `(v128.store offset=${at + 16 * i} (i32.const 0) (v128.const i64x2 0 0))`,
    ),
  ),
)

const less = (a, b) => `(select ${a} ${b} (i32.lt_s ${a} ${b}))`

/** The nonce of a unit: its first two bytes are the chunk, big endian. */
const countChunk = lines([
  `(i32.store8 offset=${LAYOUT.nonce} (i32.const 0) (i32.shr_u ${get('chunk')} (i32.const 8)))`,
  `(i32.store8 offset=${LAYOUT.nonce + 1} (i32.const 0) ${get('chunk')})`,
  advance('chunk', 1),
])

/** Locals `$in` and `$length` of the unit at hand. */
const readUnit = lines([
  set('in', `(i32.load offset=${LAYOUT.units} (i32.shl ${get('unit')} (i32.const 3)))`),
  set('length', `(i32.load offset=${LAYOUT.units + 4} (i32.shl ${get('unit')} (i32.const 3)))`),
])

const MODULE = `(module
  (memory (export "memory") ${LAYOUT.pages})
  (data (i32.const ${LAYOUT.masks}) "${'\\ff'.repeat(16)}")

  ;; Four blocks of keystream, XORed; meanwhile twice $pairs blocks at $at into the sum. At most ${ROUNDS} pairs.
  (func $blocks (param $in0 i32) (param $out0 i32) (param $in i32) (param $out i32)
    (param $counter i32) (param $at i32) (param $pairs i32)
    (local $round i32) ${blockLocals}
    ${sumLocals}
    ${startBlocks(LAYOUT)}
    ${set('round', `(i32.sub (i32.const ${ROUNDS}) ${get('pairs')})`)}
    (if ${get('pairs')} (then
      ${startSum(LAYOUT)}
      (loop $mixed
        ${lines(spread(doubleRound, [...absorb(0), ...absorb(16)]))}
        ${advance('at', 32)}
        (br_if $mixed (local.tee $pairs (i32.sub ${get('pairs')} (i32.const 1)))))
      ${keepSum(LAYOUT)}))
    (if ${get('round')} (then
      (loop $plain
        ${lines(doubleRound)}
        (br_if $plain (local.tee $round (i32.sub ${get('round')} (i32.const 1)))))))
    ${finishBlocks(LAYOUT)})

  ;; Blocks into the sum.
  (func $absorb (param $at i32) (param $count i32)
    ${sumLocals}
    ${startSum(LAYOUT)}
    (block $none (loop $more
      (br_if $none (i32.eqz ${get('count')}))
      ${lines(absorb(0))}
      ${advance('at', 16)} ${advance('count', -1)}
      (br $more)))
    ${keepSum(LAYOUT)})

  (func $finish
    ${sumLocals}
    ${startSum(LAYOUT)}
    ${finishSum(LAYOUT)})

  ;; One unit from $in to $out, and the tag of it. The sum is over the input when it opens, and over the output
  ;; when it seals, where it can only follow behind. Writes up to 255 bytes past the end.
  (func $unit (param $in i32) (param $out i32) (param $length i32) (param $sealing i32)
    (local $mac i32) (local $whole i32) (local $done i32) (local $made i32) (local $counter i32) (local $pairs i32)
    ${[0, 16].map((at) => `(v128.store offset=${LAYOUT.sum + at} (i32.const 0) (v128.const i64x2 0 0))`).join(' ')}
    ${set('mac', `(select ${get('out')} ${get('in')} ${get('sealing')})`)}
    ${set('whole', `(i32.shr_u ${get('length')} (i32.const 4))`)}
    ;; the first block is the key of the sum
    ${advance('in', -64)} ${advance('out', -64)}
    (call $blocks (i32.const ${LAYOUT.zeros}) (i32.const ${LAYOUT.onetime}) ${get('in')} ${get('out')}
      (i32.const 0) (i32.const 0) (i32.const 0))
    ${set('made', '(i32.const 192)')}
    (block $end (loop $more
      (br_if $end (i32.ge_s ${get('made')} ${get('length')}))
      ${advance('in', 256)} ${advance('out', 256)} ${advance('counter', 4)}
      ${set('pairs', `(select (i32.shr_u ${get('made')} (i32.const 4)) ${get('whole')} ${get('sealing')})`)}
      ${set('pairs', `(i32.shr_u (i32.sub ${get('pairs')} ${get('done')}) (i32.const 1))`)}
      ${set('pairs', less(get('pairs'), `(i32.const ${ROUNDS})`))}
      (call $blocks ${get('in')} ${get('out')} ${get('in')} ${get('out')}
        ${get('counter')} ${get('mac')} ${get('pairs')})
      ${set('mac', `(i32.add ${get('mac')} (i32.shl ${get('pairs')} (i32.const 5)))`)}
      ${set('done', `(i32.add ${get('done')} (i32.shl ${get('pairs')} (i32.const 1)))`)}
      ${advance('made', 256)}
      (br $more)))
    (call $absorb ${get('mac')} (i32.sub ${get('whole')} ${get('done')}))
    ${set('mac', `(i32.add ${get('mac')} (i32.shl (i32.sub ${get('whole')} ${get('done')}) (i32.const 4)))`)}
    ${set('done', `(i32.and ${get('length')} (i32.const 15))`)}
    (if ${get('done')} (then
      (v128.store offset=${LAYOUT.edge} (i32.const 0) (v128.and (v128.load ${get('mac')})
        (v128.load (i32.sub (i32.const ${LAYOUT.masks + 16}) ${get('done')}))))
      (call $absorb (i32.const ${LAYOUT.edge}) (i32.const 1))))
    ;; no associated data, so many bytes of text
    (i64.store offset=${LAYOUT.edge} (i32.const 0) (i64.const 0))
    (i64.store offset=${LAYOUT.edge + 8} (i32.const 0) (i64.extend_i32_u ${get('length')}))
    (call $absorb (i32.const ${LAYOUT.edge}) (i32.const 1))
    (call $finish))

  ;; Plaintexts to the output, one behind another, up to the first unit that is not authentic. Returns how many were.
  (func (export "open") (param $units i32) (param $chunk i32) (result i32)
    (local $unit i32) (local $in i32) (local $length i32) (local $out i32)
    ${set('out', `(i32.const ${LAYOUT.output})`)}
    (block $forged (loop $more
      ${readUnit}
      ${countChunk}
      (call $unit ${get('in')} ${get('out')} ${get('length')} (i32.const 0))
      (br_if $forged (v128.any_true (v128.xor
        (v128.load offset=${LAYOUT.tag} (i32.const 0)) (v128.load (i32.add ${get('in')} ${get('length')})))))
      ${set('out', `(i32.add ${get('out')} ${get('length')})`)}
      ${advance('unit', 1)}
      (br_if $more (i32.lt_u ${get('unit')} ${get('units')}))))
    ${wipe}
    ${get('unit')})

  ;; Ciphertexts to the output, one behind another, each with its tag behind it.
  (func (export "seal") (param $units i32) (param $chunk i32)
    (local $unit i32) (local $in i32) (local $length i32) (local $out i32)
    ${set('out', `(i32.const ${LAYOUT.output})`)}
    (loop $more
      ${readUnit}
      ${countChunk}
      (call $unit ${get('in')} ${get('out')} ${get('length')} (i32.const 1))
      ${set('out', `(i32.add ${get('out')} ${get('length')})`)}
      (v128.store ${get('out')} (v128.load offset=${LAYOUT.tag} (i32.const 0)))
      ${advance('out', 16)}
      ${advance('unit', 1)}
      (br_if $more (i32.lt_u ${get('unit')} ${get('units')})))
    ${wipe})
)`

await writeKernel({ name: 'chacha', module: MODULE, layout: LAYOUT })
