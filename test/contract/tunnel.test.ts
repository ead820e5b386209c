/** The plaintext inside a VMess connection keeps the promises of any connection. */
import { describe, it } from 'vitest'
import type { Connection } from '../../src/contracts/connection.js'
import { nodeBackend } from '../../src/crypto/node-backend.js'
import { connectionContract, makePair, makeSeededRandom } from '../../src/testing.js'
import { BodyConnection } from '../../src/tunnel/body-connection.js'
import { type BodyKeys, makeBodyDecoder, makeBodyEncoder } from '../../src/vmess/body-codec.js'
import { type BodyPlan, OPTION, planBody, WIRE_SECURITY } from '../../src/vmess/body-plan.js'
import { makeTcpPair } from '../support/tcp-pair.js'

const { chunkStream, chunkMasking, globalPadding, authenticatedLength } = OPTION
const MASKED = chunkStream | chunkMasking
const NO_BYTES = new Uint8Array(0)

const BODIES = [
  ['aes-128-gcm, masked', WIRE_SECURITY.aes128Gcm, MASKED],
  ['aes-128-gcm, padded', WIRE_SECURITY.aes128Gcm, MASKED | globalPadding],
  ['chacha20-poly1305, authenticated length', WIRE_SECURITY.chacha20Poly1305, MASKED | authenticatedLength],
  ['aes-128-cfb', WIRE_SECURITY.aes128Cfb, MASKED],
  ['none', WIRE_SECURITY.none, MASKED],
  ['zero', WIRE_SECURITY.none, 0],
  ['aes-128-gcm that marks no end', WIRE_SECURITY.aes128Gcm, 0],
] as const

describe.each(BODIES)('a VMess body: %s', (_, security, options) => {
  describe.each([
    ['memory', () => Promise.resolve(makePair())],
    ['tcp', async () => makeTcpPair().then(({ near, far, release }) => [near, far, release] as const)],
  ] as const)('over %s', (_, makeInner) => {
    const checks = connectionContract(async () => {
      const [near, far, release] = await makeInner()
      const [uplink, downlink] = [makeKeys(1), makeKeys(2)]
      const plan = planBody({ security, options, form: 'stream' })
      return {
        near: wrap(near, plan, [uplink, downlink]),
        far: wrap(far, plan, [downlink, uplink]),
        ...(release && { release }),
      }
    })
    for (const { name, check } of checks) it(name, check)
  })
})

function makeKeys(seed: number): BodyKeys {
  const draw = makeSeededRandom(seed)
  return { key: draw(16), iv: draw(16), requestKey: new Uint8Array(16), requestIv: new Uint8Array(16) }
}

function wrap(inner: Connection, plan: BodyPlan, [out, back]: readonly [BodyKeys, BodyKeys]): Connection {
  const around = { backend: nodeBackend, random: makeSeededRandom() }
  return new BodyConnection(inner, {
    head: NO_BYTES,
    encoder: makeBodyEncoder(plan, out, around),
    decoder: makeBodyDecoder(plan, back, around),
    marksEnd: plan.marksEnd,
  })
}
