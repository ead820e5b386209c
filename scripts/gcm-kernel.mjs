/**
 * Writes `src/crypto/gcm-kernel.ts`: a WebAssembly module that opens many small AES-128-GCM chunks in
 * one call. The block cipher itself stays with OpenSSL; the module makes the counter blocks, XORs the
 * keystream and computes GHASH. Why it exists: docs/decisions/0012-small-chunks.md.
 *
 *   node scripts/gcm-kernel.mjs           writes the file
 *   node scripts/gcm-kernel.mjs --check   fails if the file is stale
 *
 * GHASH multiplies by a fixed H with 16 tables of 256 entries, one table for each byte of the block:
 * the product is the XOR of 16 loads, without reduction. (Nibbles would need a sixteenth of the memory
 * and twice the time.) The tables are kept as long as the key stays the same.
 */
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { writeKernel } from './kernel-file.mjs'

const PAGE = 65_536

/** Where things lie in the module's memory; the driver gets the same numbers. */
const LAYOUT = {
  tables: 0, // 16 * 256 entries of 16 bytes
  powers: PAGE, // H·x^j for j = 0..127
  hash: PAGE + 2_048, // H, 16 bytes
  masks: PAGE + 2_080, // 16 bytes of ones, 16 of zeros
  nonce: PAGE + 2_112, // 12 bytes of the first nonce
  units: PAGE + 2_144, // two u32 for each unit: where its ciphertext starts, its length
  maxUnits: 512,
  input: PAGE + 8_192,
  output: 2 * PAGE + 9_216,
  blocks: 3 * PAGE + 10_240,
  maxBytes: PAGE,
  pages: 5,
}

const REVERSE_LANES = '7 6 5 4 3 2 1 0 15 14 13 12 11 10 9 8'

/** The sum of a unit times H: the XOR of one table entry for each of its 16 bytes. */
function multiply(n) {
  const terms = Array.from({ length: 16 }, (_, byte) => {
    const lane = `(local.get $${byte < 8 ? 'low' : 'high'}${n})`
    const shift = (byte % 8) * 8 - 4
    const shifted = shift < 0 ? `(i64.shl ${lane} (i64.const 4))` : `(i64.shr_u ${lane} (i64.const ${shift}))`
    const index = `(i32.wrap_i64 (i64.and ${shifted} (i64.const 0xff0)))`
    return `(v128.load offset=${LAYOUT.tables + byte * 4096} ${index})`
  })
  const sum = (list) => {
    if (list.length === 1) return list[0]
    const half = list.length >> 1
    return `(v128.xor ${sum(list.slice(0, half))} ${sum(list.slice(half))})`
  }
  return `
    (local.set $low${n} (i64x2.extract_lane 0 (local.get $sum${n})))
    (local.set $high${n} (i64x2.extract_lane 1 (local.get $sum${n})))
    (local.set $sum${n} ${sum(terms)})`
}

const advance = (name, by) => `(local.set $${name} (i32.add (local.get $${name}) (i32.const ${by})))`

/** One whole block of unit n: plaintext out, ciphertext into its sum. */
function block(n) {
  return `
    (local.set $cipher${n} (v128.load (local.get $in${n})))
    (v128.store (local.get $out${n}) (v128.xor (local.get $cipher${n}) (v128.load (local.get $key${n}))))
    (local.set $sum${n} (v128.xor (local.get $sum${n}) (local.get $cipher${n})))
    ${multiply(n)}
    ${advance(`in${n}`, 16)} ${advance(`out${n}`, 16)} ${advance(`key${n}`, 16)} ${advance(`left${n}`, -16)}`
}

/** The rest of unit n: whole blocks, a part of one, and the block of lengths. */
function finish(n) {
  const left = `(local.get $left${n})`
  return `
    (block $done${n} (loop $rest${n}
      (br_if $done${n} (i32.lt_u ${left} (i32.const 16)))
      ${block(n)}
      (br $rest${n})))
    (if ${left} (then
      (local.set $mask (v128.load (i32.sub (i32.const ${LAYOUT.masks + 16}) ${left})))
      (local.set $cipher${n} (v128.and (local.get $mask) (v128.load (local.get $in${n}))))
      ;; the bytes behind belong to the next unit
      (v128.store (local.get $out${n}) (v128.bitselect
        (v128.xor (local.get $cipher${n}) (v128.load (local.get $key${n})))
        (v128.load (local.get $out${n})) (local.get $mask)))
      (local.set $sum${n} (v128.xor (local.get $sum${n}) (local.get $cipher${n})))
      ${multiply(n)}
      (local.set $in${n} (i32.add (local.get $in${n}) ${left}))
      (local.set $out${n} (i32.add (local.get $out${n}) ${left}))
      ${advance(`key${n}`, 16)}))
    ;; no associated data, 8·length bits of ciphertext
    (local.set $cipher${n} (i64x2.replace_lane 1 (v128.const i64x2 0 0)
      (i64.shl (i64.extend_i32_u (local.get $length${n})) (i64.const 3))))
    (local.set $sum${n} (v128.xor (local.get $sum${n})
      (i8x16.shuffle ${REVERSE_LANES} (local.get $cipher${n}) (local.get $cipher${n}))))
    ${multiply(n)}`
}

/** Reads the place and length of a unit; its output and keystream begin at $out and $key. */
function begin(n, unit) {
  const at = `(i32.shl ${unit} (i32.const 3))`
  return `
    (local.set $in${n} (i32.load offset=${LAYOUT.units} ${at}))
    (local.set $length${n} (i32.load offset=${LAYOUT.units + 4} ${at}))
    (local.set $left${n} (local.get $length${n}))
    (local.set $out${n} (local.get $out))
    (local.set $tagKey${n} (v128.load (local.get $key)))
    (local.set $key${n} (i32.add (local.get $key) (i32.const 16)))
    (local.set $sum${n} (v128.const i64x2 0 0))
    (local.set $out (i32.add (local.get $out) (local.get $length${n})))
    (local.set $key (i32.add (local.get $key) (i32.shl (i32.add (i32.const 1)
      (i32.shr_u (i32.add (local.get $length${n}) (i32.const 15)) (i32.const 4))) (i32.const 4))))`
}

const unitLocals = (n) =>
  ['in', 'length', 'left', 'key', 'out'].map((name) => `(local $${name}${n} i32)`).join(' ') +
  ['tagKey', 'sum', 'cipher'].map((name) => `(local $${name}${n} v128)`).join(' ') +
  ['low', 'high'].map((name) => `(local $${name}${n} i64)`).join(' ')

/** Whether the tag behind unit n is not the one that was computed. */
const forged = (n) => `(v128.any_true (v128.xor (v128.load (local.get $in${n}))
  (v128.xor (local.get $sum${n}) (local.get $tagKey${n}))))`

const MODULE = `(module
  (memory (export "memory") ${LAYOUT.pages})

  ;; Powers of H, then the tables: entry v of byte i is the sum of H·x^(8i+b) over the set bits b of v,
  ;; the highest bit being b = 0.
  (func (export "prepare")
    (local $high i64) (local $low i64) (local $j i32) (local $at i32) (local $end i32) (local $filled i32)
    (local $power i32) (local $entry v128) (local $lanes v128)
    (local.set $lanes (i8x16.shuffle ${REVERSE_LANES}
      (v128.load (i32.const ${LAYOUT.hash})) (v128.load (i32.const ${LAYOUT.hash}))))
    (local.set $high (i64x2.extract_lane 0 (local.get $lanes)))
    (local.set $low (i64x2.extract_lane 1 (local.get $lanes)))
    (loop $power
      (local.set $lanes (i64x2.replace_lane 1 (i64x2.splat (local.get $high)) (local.get $low)))
      (v128.store offset=${LAYOUT.powers} (i32.shl (local.get $j) (i32.const 4))
        (i8x16.shuffle ${REVERSE_LANES} (local.get $lanes) (local.get $lanes)))
      ;; times x: one bit to the right, and the polynomial where a bit fell out
      (local.set $entry (i64x2.splat (i64.and (i64.sub (i64.const 0) (i64.and (local.get $low) (i64.const 1)))
        (i64.const 0xe100000000000000))))
      (local.set $low (i64.or (i64.shr_u (local.get $low) (i64.const 1)) (i64.shl (local.get $high) (i64.const 63))))
      (local.set $high (i64.xor (i64.shr_u (local.get $high) (i64.const 1))
        (i64x2.extract_lane 0 (local.get $entry))))
      (local.set $j (i32.add (local.get $j) (i32.const 1)))
      (br_if $power (i32.lt_u (local.get $j) (i32.const 128))))
    ;; A table starts with entry 0; each power then doubles it, from the lowest bit of the byte up.
    (local.set $j (i32.const 0))
    (loop $table
      (v128.store (i32.shl (local.get $j) (i32.const 12)) (v128.const i64x2 0 0))
      (local.set $filled (i32.const 16))
      (local.set $power (i32.add (i32.const ${LAYOUT.powers + 7 * 16}) (i32.shl (local.get $j) (i32.const 7))))
      (loop $bit
        (local.set $entry (v128.load (local.get $power)))
        (local.set $at (i32.shl (local.get $j) (i32.const 12)))
        (local.set $end (i32.add (local.get $at) (local.get $filled)))
        (loop $double
          (v128.store (i32.add (local.get $at) (local.get $filled))
            (v128.xor (local.get $entry) (v128.load (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $double (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $power (i32.sub (local.get $power) (i32.const 16)))
        (local.set $filled (i32.shl (local.get $filled) (i32.const 1)))
        (br_if $bit (i32.lt_u (local.get $filled) (i32.const 4096))))
      (local.set $j (i32.add (local.get $j) (i32.const 1)))
      (br_if $table (i32.lt_u (local.get $j) (i32.const 16)))))

  ;; Counter blocks of all units, one behind another: block 1 of a unit seals its tag, the rest its bytes.
  ;; Chunk counters are the first two bytes of the nonce, big endian. Returns how many bytes were written.
  (func (export "counters") (param $units i32) (param $chunk i32) (result i32)
    (local $unit i32) (local $at i32) (local $counter i32) (local $last i32) (local $block v128)
    (local.set $at (i32.const ${LAYOUT.blocks}))
    (loop $units
      (local.set $block (i8x16.replace_lane 1 (i8x16.replace_lane 0
        (v128.load (i32.const ${LAYOUT.nonce}))
        (i32.shr_u (local.get $chunk) (i32.const 8))) (local.get $chunk)))
      (local.set $chunk (i32.and (i32.add (local.get $chunk) (i32.const 1)) (i32.const 0xffff)))
      (local.set $last (i32.add (i32.const 1) (i32.shr_u (i32.add (i32.const 15)
        (i32.load offset=${LAYOUT.units + 4} (i32.shl (local.get $unit) (i32.const 3)))) (i32.const 4))))
      (local.set $counter (i32.const 1))
      (loop $blocks
        (v128.store (local.get $at) (i32x4.replace_lane 3 (local.get $block) (i32.or
          (i32.shl (local.get $counter) (i32.const 24))
          (i32.shl (i32.and (local.get $counter) (i32.const 0xff00)) (i32.const 8)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $counter (i32.add (local.get $counter) (i32.const 1)))
        (br_if $blocks (i32.le_u (local.get $counter) (local.get $last))))
      (local.set $unit (i32.add (local.get $unit) (i32.const 1)))
      (br_if $units (i32.lt_u (local.get $unit) (local.get $units))))
    (i32.sub (local.get $at) (i32.const ${LAYOUT.blocks})))

  ;; With the keystream where the counters were: plaintexts to the output, one behind another. Two units
  ;; go side by side, since each block of one has to wait for the one before. Returns how many units were
  ;; authentic before the first that was not.
  (func (export "open") (param $units i32) (result i32)
    (local $unit i32) (local $key i32) (local $out i32) (local $two i32) (local $mask v128)
    ${unitLocals(0)} ${unitLocals(1)}
    (local.set $key (i32.const ${LAYOUT.blocks}))
    (local.set $out (i32.const ${LAYOUT.output}))
    (loop $pairs
      ${begin(0, '(local.get $unit)')}
      (local.set $left1 (i32.const 0))
      (local.set $two (i32.lt_u (i32.add (local.get $unit) (i32.const 1)) (local.get $units)))
      (if (local.get $two) (then ${begin(1, '(i32.add (local.get $unit) (i32.const 1))')}))
      (block $uneven (loop $both
        (br_if $uneven (i32.lt_u (local.get $left0) (i32.const 16)))
        (br_if $uneven (i32.lt_u (local.get $left1) (i32.const 16)))
        ${block(0)}
        ${block(1)}
        (br $both)))
      ${finish(0)}
      (if ${forged(0)} (then (return (local.get $unit))))
      (if (i32.eqz (local.get $two)) (then (return (local.get $units))))
      ${finish(1)}
      (if ${forged(1)} (then (return (i32.add (local.get $unit) (i32.const 1)))))
      (local.set $unit (i32.add (local.get $unit) (i32.const 2)))
      (br_if $pairs (i32.lt_u (local.get $unit) (local.get $units))))
    (local.get $units))
)`

await writeKernel({ name: 'gcm', module: MODULE, layout: LAYOUT })
