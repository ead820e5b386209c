/** Bodies of every security, in both forms. Damage inside an AEAD chunk ends at its tag; sizes do not. */
import { concat } from '../../src/bytes/bytes.js'
import { nodeBackend } from '../../src/crypto/node-backend.js'
import { type BodyKeys, makeBodyDecoder, makeBodyEncoder } from '../../src/vmess/body-codec.js'
import { type BodyForm, type BodyPlan, OPTION, planBody, WIRE_SECURITY } from '../../src/vmess/body-plan.js'
import { Dice } from './dice.js'
import type { Target } from './harness.js'
import { cut } from './mutate.js'

const { chunkStream, chunkMasking, globalPadding, authenticatedLength } = OPTION

const OPTIONS = {
  plain: chunkStream,
  masked: chunkStream | chunkMasking,
  padded: chunkStream | chunkMasking | globalPadding,
  sealed: chunkStream | chunkMasking | globalPadding | authenticatedLength,
} as const

const key = Uint8Array.from({ length: 16 }, (_, i) => i)
const iv = Uint8Array.from({ length: 16 }, (_, i) => 0xf0 - i)
const KEYS: BodyKeys = { key, iv, requestKey: key, requestIv: iv }

/** The last of them are opened by the run. */
const PIECES = [1, 20, 300, ...Array.from({ length: 12 }, (_, i) => 10 + 5 * i)]

function wire(plan: BodyPlan): Uint8Array {
  const dice = new Dice('body')
  const encoder = makeBodyEncoder(plan, KEYS, { backend: nodeBackend, random: (size) => dice.bytes(size) })
  const pieces = PIECES.flatMap((length) => encoder.encode(dice.bytes(length)))
  return concat([...pieces, ...encoder.finish()])
}

function bodyTarget(
  security: keyof typeof WIRE_SECURITY,
  options: keyof typeof OPTIONS,
  form: BodyForm,
): Target {
  const plan = planBody({ security: WIRE_SECURITY[security], options: OPTIONS[options], form })
  return {
    name: `body-${security}-${options}-${form}`,
    samples: [wire(plan)],
    run(input, dice) {
      const random = (size: number): Uint8Array => dice.bytes(size)
      const decoder = makeBodyDecoder(plan, KEYS, { backend: nodeBackend, random })
      let released = 0
      for (const piece of cut(input, dice)) {
        decoder.receive(piece)
        for (let out = decoder.next(); out !== undefined; out = decoder.next()) released += out.length
      }
      if (released > input.length) throw new RangeError(`${released} bytes of plaintext`)
      decoder.finish()
      return decoder
    },
  }
}

export const BODY_TARGETS: readonly Target[] = [
  bodyTarget('aes128Gcm', 'plain', 'stream'),
  bodyTarget('aes128Gcm', 'padded', 'stream'),
  bodyTarget('aes128Gcm', 'sealed', 'packet'),
  bodyTarget('chacha20Poly1305', 'masked', 'stream'),
  bodyTarget('chacha20Poly1305', 'padded', 'stream'),
  bodyTarget('chacha20Poly1305', 'sealed', 'stream'),
  bodyTarget('aes128Cfb', 'masked', 'stream'),
  bodyTarget('aes128Cfb', 'padded', 'packet'),
  bodyTarget('none', 'plain', 'stream'),
  bodyTarget('none', 'padded', 'packet'),
]
