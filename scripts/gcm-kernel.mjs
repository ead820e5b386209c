/**
 * Writes `src/crypto/gcm-kernel.ts`: a WebAssembly module for opening many small AES-128-GCM chunks in one
 * call. The block cipher and GHASH stay with OpenSSL; the module makes the counter blocks, XORs the
 * keystream, and lays out what GHASH is to be computed over. Why it exists: docs/decisions/0012-small-chunks.md.
 *
 *   node scripts/gcm-kernel.mjs           writes the file
 *   node scripts/gcm-kernel.mjs --check   fails if the file is stale
 */
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { writeKernel } from './kernel-file.mjs'

const PAGE = 65_536

/** Where things lie in the module's memory; the driver gets the same numbers. */
const LAYOUT = {
  masks: 0, // 16 bytes of ones, 16 of zeros
  nonce: 32, // 12 bytes of the first nonce
  units: 64, // two u32 for each unit: where its ciphertext starts, its length
  maxUnits: 512,
  input: 8_192,
  output: PAGE + 9_216,
  blocks: 2 * PAGE + 10_240,
  proof: 3 * PAGE + 28_672,
  maxBytes: PAGE,
  pages: 5,
}

const REVERSE_LANES = '7 6 5 4 3 2 1 0 15 14 13 12 11 10 9 8'

const advance = (name, by) => `(local.set $${name} (i32.add (local.get $${name}) (i32.const ${by})))`

const MODULE = `(module
  (memory (export "memory") ${LAYOUT.pages})

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

  ;; With the keystream where the counters were: plaintexts to the output, one behind another, and to the
  ;; proof what GHASH is zero over if all units are authentic. For each unit:
  ;;
  ;;     ciphertext, padded | its length in bits | its tag XOR the tag's keystream
  ;;
  ;; Returns the length of the proof.
  (func (export "open") (param $units i32) (result i32)
    (local $unit i32) (local $in i32) (local $length i32) (local $left i32)
    (local $key i32) (local $out i32) (local $proof i32) (local $cipher v128) (local $tagKey v128)
    (local.set $key (i32.const ${LAYOUT.blocks}))
    (local.set $out (i32.const ${LAYOUT.output}))
    (local.set $proof (i32.const ${LAYOUT.proof}))
    (loop $units
      (local.set $in (i32.load offset=${LAYOUT.units} (i32.shl (local.get $unit) (i32.const 3))))
      (local.set $length (i32.load offset=${LAYOUT.units + 4} (i32.shl (local.get $unit) (i32.const 3))))
      (local.set $left (local.get $length))
      (local.set $tagKey (v128.load (local.get $key)))
      ${advance('key', 16)}
      (block $whole (loop $block
        (br_if $whole (i32.lt_u (local.get $left) (i32.const 16)))
        (local.set $cipher (v128.load (local.get $in)))
        (v128.store (local.get $proof) (local.get $cipher))
        (v128.store (local.get $out) (v128.xor (local.get $cipher) (v128.load (local.get $key))))
        ${advance('in', 16)} ${advance('out', 16)} ${advance('key', 16)} ${advance('proof', 16)} ${advance('left', -16)}
        (br $block)))
      (if (local.get $left) (then
        (local.set $cipher (v128.and (v128.load (local.get $in))
          (v128.load (i32.sub (i32.const ${LAYOUT.masks + 16}) (local.get $left)))))
        (v128.store (local.get $proof) (local.get $cipher))
        ;; the bytes behind belong to the next unit, which comes later
        (v128.store (local.get $out) (v128.xor (local.get $cipher) (v128.load (local.get $key))))
        (local.set $in (i32.add (local.get $in) (local.get $left)))
        (local.set $out (i32.add (local.get $out) (local.get $left)))
        ${advance('key', 16)} ${advance('proof', 16)}))
      ;; no associated data, 8·length bits of ciphertext, big endian
      (local.set $cipher (i64x2.replace_lane 1 (v128.const i64x2 0 0)
        (i64.shl (i64.extend_i32_u (local.get $length)) (i64.const 3))))
      (v128.store (local.get $proof)
        (i8x16.shuffle ${REVERSE_LANES} (local.get $cipher) (local.get $cipher)))
      (v128.store offset=16 (local.get $proof) (v128.xor (local.get $tagKey) (v128.load (local.get $in))))
      ${advance('proof', 32)}
      (local.set $unit (i32.add (local.get $unit) (i32.const 1)))
      (br_if $units (i32.lt_u (local.get $unit) (local.get $units))))
    (i32.sub (local.get $proof) (i32.const ${LAYOUT.proof})))
)`

await writeKernel({ name: 'gcm', module: MODULE, layout: LAYOUT })
