/**
 * Writes `src/crypto/keccak-kernel.ts`: the permutation of SHA-3 (FIPS 202 §3) as a WebAssembly module. Chunk sizes
 * are masked by its output, four bytes for each; in JavaScript, which has no integers of 64 bits, it takes ten
 * microseconds, a tenth of what receiving 64 KiB from V2Ray costs.
 *
 *   node scripts/keccak-kernel.mjs           writes the file
 *   node scripts/keccak-kernel.mjs --check   fails if the file is stale
 */
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { writeKernel } from './kernel-file.mjs'
// biome-ignore lint/correctness/useImportExtensions: a script that runs as it is
import { advance, get, lines, locals, set } from './wat.mjs'

/** Where things lie in the module's memory; the driver gets the same numbers. */
const LAYOUT = {
  state: 0, // 25 lanes of 8 bytes
  constants: 256, // one lane for each round
}
const ROUNDS = 24
const FIVE = [0, 1, 2, 3, 4]
const LANES = Array.from({ length: 25 }, (_, i) => i)

const xor = (...terms) => terms.reduce((sum, term) => `(i64.xor ${sum} ${term})`)
const rotate = (lane, bits) => (bits === 0 ? lane : `(i64.rotl ${lane} (i64.const ${bits}))`)

/** Bits of a register of eight with feedback, seven apart in each round (§3.2.5). */
function roundConstants() {
  let register = 1
  const bit = () => {
    const out = register & 1
    register = (register << 1) ^ (register & 0x80 ? 0x171 : 0)
    return out
  }
  return Array.from({ length: ROUNDS }, () => {
    let constant = 0n
    for (let j = 0; j < 7; j++) if (bit() === 1) constant |= 1n << BigInt(2 ** j - 1)
    return constant
  })
}

/** For each lane where it moves to, and by how many bits it is turned (§3.2.2, §3.2.3). */
function moves() {
  const found = new Map([[0, { to: 0, bits: 0 }]])
  for (let t = 0, x = 1, y = 0; t < 24; t++) {
    const next = { x: y, y: (2 * x + 3 * y) % 5 }
    found.set(x + 5 * y, { to: next.x + 5 * next.y, bits: (((t + 1) * (t + 2)) / 2) % 64 })
    ;({ x, y } = next)
  }
  return found
}

const theta = [
  ...FIVE.map((x) => set(`c${x}`, xor(...FIVE.map((y) => get(`a${x + 5 * y}`))))),
  ...FIVE.map((x) => set(`d${x}`, xor(get(`c${(x + 4) % 5}`), rotate(get(`c${(x + 1) % 5}`), 1)))),
]
const rhoAndPi = Array.from(moves(), ([from, { to, bits }]) =>
  set(`b${to}`, rotate(xor(get(`a${from}`), get(`d${from % 5}`)), bits)),
)
const chi = LANES.map((lane) => {
  const row = lane - (lane % 5)
  const [next, after] = [1, 2].map((step) => get(`b${row + ((lane + step) % 5)}`))
  return set(`a${lane}`, xor(get(`b${lane}`), `(i64.and (i64.xor ${next} (i64.const -1)) ${after})`))
})
const littleEndian = (lane) =>
  FIVE.concat(5, 6, 7)
    .map((byte) => `\\${((lane >> BigInt(8 * byte)) & 0xffn).toString(16).padStart(2, '0')}`)
    .join('')

const MODULE = `(module
  (memory (export "memory") 1)
  (data (i32.const ${LAYOUT.constants}) "${roundConstants().map(littleEndian).join('')}")
  (func (export "permute")
    (local $round i32)
    ${locals([...LANES.map((i) => `a${i}`), ...LANES.map((i) => `b${i}`)], 'i64')}
    ${locals([...FIVE.map((i) => `c${i}`), ...FIVE.map((i) => `d${i}`)], 'i64')}
    ${lines(LANES.map((i) => set(`a${i}`, `(i64.load offset=${LAYOUT.state + 8 * i} (i32.const 0))`)))}
    (loop $rounds
      ${lines([...theta, ...rhoAndPi, ...chi])}
      ${set('a0', xor(get('a0'), `(i64.load offset=${LAYOUT.constants} ${get('round')})`))}
      ${advance('round', 8)}
      (br_if $rounds (i32.lt_u ${get('round')} (i32.const ${8 * ROUNDS}))))
    ${lines(LANES.map((i) => `(i64.store offset=${LAYOUT.state + 8 * i} (i32.const 0) ${get(`a${i}`)})`))})
)`

await writeKernel({ name: 'keccak', module: MODULE, layout: LAYOUT })
