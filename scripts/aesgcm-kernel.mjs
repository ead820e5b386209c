/**
 * Writes `src/crypto/aesgcm-kernel.ts`: AES-128-GCM (NIST SP 800-38D) of one small piece, as a WebAssembly module.
 *
 *   node scripts/aesgcm-kernel.mjs           writes the file
 *   node scripts/aesgcm-kernel.mjs --check   fails if the file is stale
 *
 * Nothing in it depends on a secret in its timing: no tables, no branches, only bits.
 *
 * AES works on eight blocks at a time, cut into planes (Käsper and Schwabe, CHES 2009): plane b holds bit b of
 * every byte; its byte p is that of place p of the state, with one bit for each block. So the S-box is a circuit
 * of a hundred and fifteen gates, and rows and columns are moved as bytes. GHASH multiplies polynomials with the
 * processor's own multiplication, on words where three of four bits are zero, so that no carry reaches a bit that
 * counts.
 */
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { writeKernel } from './kernel-file.mjs'

const ROUNDS = 10
const BLOCK = 16
const LANES = 8
const MAX_BYTES = 512
const MAX_DATA = 64
/** In the memory. The first 576 bytes hold secrets, and `blocks` begins with two of them: see `run`. */
const LAYOUT = {
  maxBytes: MAX_BYTES,
  maxData: MAX_DATA,
  key: 0,
  nonce: 16,
  tag: 32,
  roundKeys: 64,
  blocks: 256,
  secrets: 576,
  data: 640,
  lengths: 768,
  input: 1_024,
  output: 2_048,
}
/** What the first batch of blocks makes beside the key stream: the key of GHASH, and what hides the tag. */
const HASH_KEY = 512
const TAG_MASK = 528

const get = (local) => `(local.get $${local})`
const set = (local, value) => `(local.set $${local} ${value})`
const i32 = (value) => `(i32.const ${value})`
const vector = (kind, ...terms) => terms.reduce((all, term) => `(v128.${kind} ${all} ${term})`)
const xor = (...terms) => vector('xor', ...terms)
const and = (a, b) => vector('and', a, b)
const splat = (byte) => `(v128.const i8x16${` ${byte}`.repeat(16)})`
const words = (word) => `(v128.const i32x4${` ${word}`.repeat(4)})`
const ZERO = words(0)
const pick = (places, row, other = row) => `(i8x16.shuffle ${places.join(' ')} ${row} ${other})`
const PLANES = [0, 1, 2, 3, 4, 5, 6, 7]
const plane = (b) => `p${b}`

/** All ones where a byte has the bit, for all blocks alike. */
const spread = (row, b) => `(i8x16.ne ${and(row, splat(1 << b))} ${ZERO})`

/**
 * The S-box as a circuit (Boyar and Peralta, "A depth-16 circuit for the AES S-box", 2011): inputs x0 to x7 and
 * outputs s0 to s7, the highest bit first. One gate a line; `a ^ b`, `a & b`, and `a # b` for not (a ^ b).
 */
const S_BOX = `
y14=x3^x5 y13=x0^x6 y9=x0^x3 y8=x0^x5 t0=x1^x2 y1=t0^x7 y4=y1^x3 y12=y13^y14 y2=y1^x0 y5=y1^x6 y3=y5^y8
t1=x4^y12 y15=t1^x5 y20=t1^x1 y6=y15^x7 y10=y15^t0 y11=y20^y9 y7=x7^y11 y17=y10^y11 y19=y10^y8 y16=t0^y11
y21=y13^y16 y18=x0^y16
t2=y12&y15 t3=y3&y6 t4=t3^t2 t5=y4&x7 t6=t5^t2 t7=y13&y16 t8=y5&y1 t9=t8^t7 t10=y2&y7 t11=t10^t7 t12=y9&y11
t13=y14&y17 t14=t13^t12 t15=y8&y10 t16=t15^t12 t17=t4^t14 t18=t6^t16 t19=t9^t14 t20=t11^t16 t21=t17^y20
t22=t18^y19 t23=t19^y21 t24=t20^y18
t25=t21^t22 t26=t21&t23 t27=t24^t26 t28=t25&t27 t29=t28^t22 t30=t23^t24 t31=t22^t26 t32=t31&t30 t33=t32^t24
t34=t23^t33 t35=t27^t33 t36=t24&t35 t37=t36^t34 t38=t27^t36 t39=t29&t38 t40=t25^t39 t41=t40^t37 t42=t29^t33
t43=t29^t40 t44=t33^t37 t45=t42^t41
z0=t44&y15 z1=t37&y6 z2=t33&x7 z3=t43&y16 z4=t40&y1 z5=t29&y7 z6=t42&y11 z7=t45&y17 z8=t41&y10 z9=t44&y12
z10=t37&y3 z11=t33&y4 z12=t43&y13 z13=t40&y5 z14=t29&y2 z15=t42&y9 z16=t45&y14 z17=t41&y8
t46=z15^z16 t47=z10^z11 t48=z5^z13 t49=z9^z10 t50=z2^z12 t51=z2^z5 t52=z7^z8 t53=z0^z3 t54=z6^z7 t55=z16^z17
t56=z12^t48 t57=t50^t53 t58=z4^t46 t59=z3^t54 t60=t46^t57 t61=z14^t57 t62=t52^t58 t63=t49^t58 t64=z4^t59
t65=t61^t62 t66=z1^t63 s0=t59^t63 s6=t56#t62 s7=t48#t60 t67=t64^t65 s3=t53^t66 s4=t51^t66 s5=t47^t65
s1=t64#s3 s2=t55#t67
`
  .trim()
  .split(/\s+/)
  .map((gate) => /^(\w+)=(\w+)([&^#])(\w+)$/.exec(gate).slice(1))

const S_BOX_LOCALS = S_BOX.map(([out]) => out).filter((name) => !name.startsWith('s'))

/** From the planes to the planes. */
const substitute = () => {
  const local = (name) => {
    const [kind, number] = [name[0], Number(name.slice(1))]
    return kind === 'x' ? plane(7 - number) : name
  }
  const gates = S_BOX.map(([out, a, kind, b]) => {
    const [left, right] = [get(local(a)), get(local(b))]
    const value = kind === '&' ? and(left, right) : xor(left, right)
    return set(out, kind === '#' ? `(v128.not ${value})` : value)
  })
  return [...gates, ...PLANES.map((i) => set(plane(7 - i), get(`s${i}`)))].join('\n      ')
}

/** Bytes of a column one or two rows up, in all columns. */
const up = (row, rows) =>
  `(v128.or (i32x4.shr_u ${row} ${i32(8 * rows)}) (i32x4.shl ${row} ${i32(32 - 8 * rows)}))`

const SHIFTED_ROWS = Array.from(
  { length: BLOCK },
  (_, i) => (i % 4) + 4 * ((Math.floor(i / 4) + (i % 4)) % 4),
)
const shiftRows = PLANES.map((b) => set(plane(b), pick(SHIFTED_ROWS, get(plane(b))))).join('\n      ')

/** Times two in the field of AES adds the highest plane to those of its polynomial, 0x1b. */
const mixColumns = [
  ...PLANES.map((b) => set(`r${b}`, up(get(plane(b)), 1))),
  ...PLANES.map((b) => set(`u${b}`, xor(get(plane(b)), get(`r${b}`)))),
  ...PLANES.map((b) => {
    const doubled = [...(b > 0 ? [get(`u${b - 1}`)] : []), ...(0x1b & (1 << b) ? [get('u7')] : [])]
    return set(plane(b), xor(...doubled, get(`r${b}`), up(get(`u${b}`), 2)))
  }),
].join('\n      ')

const addRoundKey = (at) => `${set('k', `(v128.load offset=${LAYOUT.roundKeys} ${at})`)}
      ${PLANES.map((b) => set(plane(b), xor(get(plane(b)), spread(get('k'), b)))).join('\n      ')}`

/** Blocks to planes, and back: bits change places with those of another block, four, two and one apart. */
const transpose = [
  [1, 0x55],
  [2, 0x33],
  [4, 0x0f],
]
  .flatMap(([step, mask]) =>
    PLANES.filter((i) => (i & step) === 0).map((i) => {
      const [a, b] = [get(plane(i)), get(plane(i + step))]
      return `${set('t', and(xor(`(i64x2.shr_u ${a} ${i32(step)})`, b), splat(mask)))}
      ${set(plane(i + step), xor(b, get('t')))}
      ${set(plane(i), xor(a, `(i64x2.shl ${get('t')} ${i32(step)})`))}`
    }),
  )
  .join('\n      ')

const planes = PLANES.map((b) => `(local $p${b} v128)`).join(' ')
const sBoxLocals = [...S_BOX_LOCALS, ...PLANES.map((i) => `s${i}`)]
  .map((name) => `(local $${name} v128)`)
  .join(' ')
const mixLocals = PLANES.flatMap((b) => [`(local $r${b} v128)`, `(local $u${b} v128)`]).join(' ')

const ROTATED_LAST_WORD = [13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12]
/** Moves bytes up by so many places; zeros follow. */
const raised = (row, by) =>
  pick(
    Array.from({ length: BLOCK }, (_, i) => (i < by ? BLOCK : i - by)),
    row,
    ZERO,
  )

const SCHEDULE = `(func $schedule
    (local $i i32) (local $k v128) (local $rcon i32) ${planes} ${sBoxLocals}
    ${set('k', `(v128.load ${i32(LAYOUT.key)})`)}
    ${set('rcon', i32(1))}
    (v128.store ${i32(LAYOUT.roundKeys)} ${get('k')})
    (loop $again
      ${PLANES.map((b) => set(plane(b), spread(get('k'), b))).join('\n      ')}
      ${substitute()}
      ${set(
        't0',
        PLANES.map((b) => and(get(plane(b)), splat(1 << b))).reduce((all, part) => xor(all, part)),
      )}
      ${set('t0', xor(pick(ROTATED_LAST_WORD, get('t0')), `(i32x4.splat ${get('rcon')})`))}
      ${set('k', xor(get('k'), raised(get('k'), 4)))}
      ${set('k', xor(get('k'), raised(get('k'), 8), get('t0')))}
      ${set('i', `(i32.add ${get('i')} ${i32(BLOCK)})`)}
      (v128.store offset=${LAYOUT.roundKeys} ${get('i')} ${get('k')})
      ${set('rcon', `(i32.xor (i32.shl ${get('rcon')} (i32.const 1)) (i32.mul (i32.shr_u ${get('rcon')} (i32.const 7)) (i32.const 0x11b)))`)}
      (br_if $again (i32.lt_u ${get('i')} ${i32(ROUNDS * BLOCK)}))
    )
  )`

const AES = `(func $aes
    (local $i i32) (local $k v128) (local $t v128) ${planes} ${sBoxLocals} ${mixLocals}
    ${PLANES.map((b) => set(plane(b), `(v128.load offset=${LAYOUT.blocks + b * BLOCK} ${i32(0)})`)).join('\n    ')}
      ${transpose}
      ${addRoundKey(i32(0))}
    (loop $again
      ${substitute()}
      ${shiftRows}
      ${mixColumns}
      ${set('i', `(i32.add ${get('i')} ${i32(BLOCK)})`)}
      ${addRoundKey(get('i'))}
      (br_if $again (i32.lt_u ${get('i')} ${i32((ROUNDS - 1) * BLOCK)}))
    )
      ${substitute()}
      ${shiftRows}
      ${addRoundKey(i32(ROUNDS * BLOCK))}
      ${transpose}
    ${PLANES.map((b) => `(v128.store offset=${LAYOUT.blocks + b * BLOCK} ${i32(0)} ${get(plane(b))})`).join('\n    ')}
  )`

const i64 = (value) => `(i64.const ${value})`
const long = (kind, ...terms) => terms.reduce((all, term) => `(i64.${kind} ${all} ${term})`)
const exchange = (value, bits, mask) =>
  long(
    'or',
    long('shl', long('and', value, i64(mask)), i64(bits)),
    long('and', long('shr_u', value, i64(bits)), i64(mask)),
  )

/** A quarter of the bits: i, i + 4, i + 8 and so on. */
const quarter = (value, i) => long('and', value, i64(`0x${String(1 << i).repeat(16)}`))
const QUARTERS = [0, 1, 2, 3]
const product = (i) =>
  long('xor', ...QUARTERS.map((k) => long('mul', get(`x${k}`), get(`y${(i - k + 4) % 4}`))))

/** Each multiplication of the low halves has a twin on the reversed bits, which gives the high half. */
const HASH_KEYS = ['h0', 'h1', 'h2', 'g0', 'g1', 'g2']
const global = (name) => `(global.get $${name})`

const ABSORB = `(func $absorb (param $at i32) (param $bytes i32)
    (local $y0 i64) (local $y1 i64) (local $r0 i64) (local $r1 i64)
    ${['z0', 'z1', 'z2', 'w0', 'w1', 'w2', 'v0', 'v1', 'v2', 'v3'].map((name) => `(local $${name} i64)`).join(' ')}
    ${set('y0', global('y0'))} ${set('y1', global('y1'))}
    (block $done (loop $again
      (br_if $done (i32.le_s ${get('bytes')} ${i32(0)}))
      ${set('y1', long('xor', get('y1'), `(call $swap (i64.load ${get('at')}))`))}
      ${set('y0', long('xor', get('y0'), `(call $swap (i64.load offset=8 ${get('at')}))`))}
      ${set('r0', `(call $reverse ${get('y0')})`)}
      ${set('r1', `(call $reverse ${get('y1')})`)}
      ${set('z0', `(call $multiply ${get('y0')} ${global('h0')})`)}
      ${set('z1', `(call $multiply ${get('y1')} ${global('h1')})`)}
      ${set('z2', long('xor', `(call $multiply ${long('xor', get('y0'), get('y1'))} ${global('h2')})`, get('z0'), get('z1')))}
      ${set('w0', `(call $multiply ${get('r0')} ${global('g0')})`)}
      ${set('w1', `(call $multiply ${get('r1')} ${global('g1')})`)}
      ${set('w2', long('xor', `(call $multiply ${long('xor', get('r0'), get('r1'))} ${global('g2')})`, get('w0'), get('w1')))}
      ${['w0', 'w1', 'w2'].map((w) => set(w, long('shr_u', `(call $reverse ${get(w)})`, i64(1)))).join('\n      ')}
      ${set('v0', get('z0'))}
      ${set('v1', long('xor', get('w0'), get('z2')))}
      ${set('v2', long('xor', get('z1'), get('w2')))}
      ${set('v3', get('w1'))}
      ${[3, 2, 1].map((i) => set(`v${i}`, long('or', long('shl', get(`v${i}`), i64(1)), long('shr_u', get(`v${i - 1}`), i64(63))))).join('\n      ')}
      ${set('v0', long('shl', get('v0'), i64(1)))}
      ${[0, 1]
        .map((i) => {
          const low = get(`v${i}`)
          const [next, over] = [`v${i + 1}`, `v${i + 2}`]
          const down = [1, 2, 7].map((bits) => long('shr_u', low, i64(bits)))
          const rest = [63, 62, 57].map((bits) => long('shl', low, i64(bits)))
          return `${set(over, long('xor', get(over), low, ...down))}
      ${set(next, long('xor', get(next), ...rest))}`
        })
        .join('\n      ')}
      ${set('y0', get('v2'))}
      ${set('y1', get('v3'))}
      ${set('at', `(i32.add ${get('at')} ${i32(BLOCK)})`)}
      ${set('bytes', `(i32.sub ${get('bytes')} ${i32(BLOCK)})`)}
      (br $again)
    ))
    (global.set $y0 ${get('y0')}) (global.set $y1 ${get('y1')})
  )`

const counterBlock = (
  i,
  counter,
) => `(v128.store offset=${LAYOUT.blocks + i * BLOCK} ${i32(0)} ${get('nonce')})
      (i32.store8 offset=${LAYOUT.blocks + i * BLOCK + 15} ${i32(0)} ${counter})`

const xorInto = (from, to) =>
  `(v128.store offset=${LAYOUT.output} ${to} ${xor(`(v128.load offset=${LAYOUT.input} ${to})`, `(v128.load offset=${from} ${i32(0)})`)})`

const KEYS = `(func $keys
    (v128.store ${i32(HASH_KEY)} (v128.load ${i32(LAYOUT.blocks)}))
    (v128.store ${i32(TAG_MASK)} (v128.load ${i32(LAYOUT.blocks + BLOCK)}))
    (global.set $h1 (call $swap (i64.load ${i32(HASH_KEY)})))
    (global.set $h0 (call $swap (i64.load ${i32(HASH_KEY + 8)})))
    (global.set $h2 ${long('xor', global('h0'), global('h1'))})
    ${[0, 1, 2].map((i) => `(global.set $g${i} (call $reverse ${global(`h${i}`)}))`).join(' ')}
    (global.set $y0 ${i64(0)}) (global.set $y1 ${i64(0)})
  )`

/** The first two of all blocks are the key of GHASH and the mask of the tag; the key stream follows. */
const RUN = `(func (export "run") (param $seal i32) (param $data i32) (param $bytes i32)
    (local $counter i32) (local $at i32) (local $end i32) (local $nonce v128)
    (call $schedule)
    ${set('nonce', `(v128.load ${i32(LAYOUT.nonce)})`)}
    (v128.store ${i32(LAYOUT.blocks)} ${ZERO})
    ${[1, 2, 3, 4, 5, 6, 7].map((i) => counterBlock(i, i32(i))).join('\n    ')}
    (call $aes)
    (call $keys)
    ${[2, 3, 4, 5, 6, 7].map((i) => xorInto(LAYOUT.blocks + i * BLOCK, i32((i - 2) * BLOCK))).join('\n    ')}
    ${set('counter', i32(LANES))}
    ${set('at', i32((LANES - 2) * BLOCK))}
    (block $done (loop $again
      (br_if $done (i32.ge_s ${get('at')} ${get('bytes')}))
      ${PLANES.map((i) => counterBlock(i, `(i32.add ${get('counter')} ${i32(i)})`)).join('\n      ')}
      (call $aes)
      ${PLANES.map((i) => xorInto(LAYOUT.blocks + i * BLOCK, `(i32.add ${get('at')} ${i32(i * BLOCK)})`)).join('\n      ')}
      ${set('counter', `(i32.add ${get('counter')} ${i32(LANES)})`)}
      ${set('at', `(i32.add ${get('at')} ${i32(LANES * BLOCK)})`)}
      (br $again)
    ))
    ;; What lies behind the piece in its last block counts as zeros.
    (v128.store offset=${LAYOUT.output} ${get('bytes')} ${ZERO})
    (i64.store ${i32(LAYOUT.lengths)} (call $swap ${long('shl', `(i64.extend_i32_u ${get('data')})`, i64(3))}))
    (i64.store ${i32(LAYOUT.lengths + 8)} (call $swap ${long('shl', `(i64.extend_i32_u ${get('bytes')})`, i64(3))}))
    (call $absorb ${i32(LAYOUT.data)} ${get('data')})
    (call $absorb (select ${i32(LAYOUT.output)} ${i32(LAYOUT.input)} ${get('seal')}) ${get('bytes')})
    (call $absorb ${i32(LAYOUT.lengths)} ${i32(BLOCK)})
    (i64.store ${i32(LAYOUT.tag)} (call $swap ${global('y1')}))
    (i64.store ${i32(LAYOUT.tag + 8)} (call $swap ${global('y0')}))
    (v128.store ${i32(LAYOUT.tag)} ${xor(`(v128.load ${i32(LAYOUT.tag)})`, `(v128.load ${i32(TAG_MASK)})`)})
    ${[...HASH_KEYS, 'y0', 'y1'].map((name) => `(global.set $${name} ${i64(0)})`).join(' ')}
  )`

const MODULE = `(module
  (memory (export "memory") 1)
  ${[...HASH_KEYS, 'y0', 'y1'].map((name) => `(global $${name} (mut i64) ${i64(0)})`).join(' ')}
  (func $swap (param $x i64) (result i64)
    ${set('x', exchange(get('x'), 8, '0x00ff00ff00ff00ff'))}
    ${set('x', exchange(get('x'), 16, '0x0000ffff0000ffff'))}
    ${long('rotl', get('x'), i64(32))}
  )
  (func $reverse (param $x i64) (result i64)
    ${set('x', exchange(get('x'), 1, '0x5555555555555555'))}
    ${set('x', exchange(get('x'), 2, '0x3333333333333333'))}
    ${set('x', exchange(get('x'), 4, '0x0f0f0f0f0f0f0f0f'))}
    (call $swap ${get('x')})
  )
  ;; The low half of the product of two polynomials.
  (func $multiply (param $x i64) (param $y i64) (result i64)
    ${QUARTERS.map((i) => `(local $x${i} i64) (local $y${i} i64)`).join(' ')}
    ${QUARTERS.flatMap((i) => [set(`x${i}`, quarter(get('x'), i)), set(`y${i}`, quarter(get('y'), i))]).join('\n    ')}
    ${long('or', ...QUARTERS.map((i) => quarter(product(i), i)))}
  )
  ${SCHEDULE}
  ${AES}
  ${KEYS}
  ${ABSORB}
  ${RUN}
)`

await writeKernel({ name: 'aesgcm', module: MODULE, layout: LAYOUT })
