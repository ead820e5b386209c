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
import { writeKernel } from './kernel-file.js'

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

/** Adds table entries for all 16 bytes of the two lanes; leaves the product in $y. */
function multiply() {
  const terms = Array.from({ length: 16 }, (_, byte) => {
    const lane = byte < 8 ? '(local.get $a)' : '(local.get $b)'
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
    (local.set $a (i64x2.extract_lane 0 (local.get $y)))
    (local.set $b (i64x2.extract_lane 1 (local.get $y)))
    (local.set $y ${sum(terms)})`
}

const REVERSE_LANES = '7 6 5 4 3 2 1 0 15 14 13 12 11 10 9 8'

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

  ;; With the keystream where the counters were: plaintexts to the output, one behind another.
  ;; Returns how many units were authentic before the first that was not.
  (func (export "open") (param $units i32) (result i32)
    (local $unit i32) (local $in i32) (local $length i32) (local $left i32) (local $key i32) (local $out i32)
    (local $tagKey v128) (local $y v128) (local $c v128)
    (local $a i64) (local $b i64)
    (local.set $key (i32.const ${LAYOUT.blocks}))
    (local.set $out (i32.const ${LAYOUT.output}))
    (loop $units
      (local.set $in (i32.load offset=${LAYOUT.units} (i32.shl (local.get $unit) (i32.const 3))))
      (local.set $length (i32.load offset=${LAYOUT.units + 4} (i32.shl (local.get $unit) (i32.const 3))))
      (local.set $left (local.get $length))
      (local.set $tagKey (v128.load (local.get $key)))
      (local.set $key (i32.add (local.get $key) (i32.const 16)))
      (local.set $y (v128.const i64x2 0 0))
      (block $done (loop $blocks
        (br_if $done (i32.eqz (local.get $left)))
        (local.set $c (v128.load (local.get $in)))
        (if (i32.lt_u (local.get $left) (i32.const 16)) (then
          (local.set $c (v128.and (local.get $c)
            (v128.load (i32.sub (i32.const ${LAYOUT.masks + 16}) (local.get $left)))))))
        (v128.store (local.get $out) (v128.xor (local.get $c) (v128.load (local.get $key))))
        (local.set $y (v128.xor (local.get $y) (local.get $c)))
        ${multiply()}
        (local.set $key (i32.add (local.get $key) (i32.const 16)))
        (if (i32.lt_u (local.get $left) (i32.const 16)) (then
          (local.set $in (i32.add (local.get $in) (local.get $left)))
          (local.set $out (i32.add (local.get $out) (local.get $left)))
          (br $done)))
        (local.set $in (i32.add (local.get $in) (i32.const 16)))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (local.set $left (i32.sub (local.get $left) (i32.const 16)))
        (br $blocks)))
      ;; the length block: no associated data, 8·length bits of ciphertext
      (local.set $c (i64x2.replace_lane 1 (v128.const i64x2 0 0) (i64.shl (i64.extend_i32_u (local.get $length)) (i64.const 3))))
      (local.set $y (v128.xor (local.get $y) (i8x16.shuffle ${REVERSE_LANES} (local.get $c) (local.get $c))))
      ${multiply()}
      (if (v128.any_true (v128.xor (v128.load (local.get $in)) (v128.xor (local.get $y) (local.get $tagKey))))
        (then (return (local.get $unit))))
      (local.set $unit (i32.add (local.get $unit) (i32.const 1)))
      (br_if $units (i32.lt_u (local.get $unit) (local.get $units))))
    (local.get $unit))
)`

await writeKernel({ name: 'gcm', module: MODULE, layout: LAYOUT })
