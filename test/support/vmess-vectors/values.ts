/** Vectors of single values: one function, one answer. */
import { mapUuid } from '../../../src/account/uuid.js'
import type { CryptoBackend } from '../../../src/crypto/backend.js'
import { crc32 } from '../../../src/crypto/crc32.js'
import { fnv1a } from '../../../src/crypto/fnv1a.js'
import { kdf } from '../../../src/crypto/kdf.js'
import { SizeMask } from '../../../src/crypto/size-mask.js'
import { readAuthId, sealAuthId } from '../../../src/vmess/auth-id.js'
import { chachaKey } from '../../../src/vmess/body-codec.js'
import { responseKeys } from '../../../src/vmess/envelope.js'
import { legacyAuth, legacyResponseKeys } from '../../../src/vmess/legacy-head.js'
import { idChainOf, makeUser } from '../../../src/vmess/user.js'
import { u16, u32 } from '../naive-vmess.js'
import { need, needHex, unhex, type Vector } from '../vectors.js'

type Answer = (vector: Vector, backend: CryptoBackend) => Uint8Array

const hexText = (vector: Vector, key: string): string => Buffer.from(needHex(vector, key)).toString('utf8')

const ANSWERS: Readonly<Record<string, Answer>> = {
  'command-key': (v) => makeUser({ uuid: needHex(v, 'uuid') }).commandKey,
  'alter-id': (v) => {
    const index = Number(need(v, 'index'))
    const ids = [...idChainOf(makeUser({ uuid: needHex(v, 'uuid'), alterId: index + 1 }))]
    return ids[index + 1] as Uint8Array
  },
  'mapped-id': (v) => mapUuid(hexText(v, 'text')),
  kdf: (v) => {
    const salt = hexText(v, 'salt')
    const path = need(v, 'path').split(' ').filter(Boolean).map(unhex)
    const derived = kdf(needHex(v, 'secret'), salt === '' ? undefined : salt, ...path)
    return derived.subarray(0, Number(v.fields.get('length') ?? 32))
  },
  fnv1a: (v) => u32(fnv1a(needHex(v, 'text'))),
  crc32: (v) => u32(crc32(needHex(v, 'text'))),
  'auth-id': (v, backend) =>
    sealAuthId(makeUser({ uuid: needHex(v, 'uuid') }), {
      seconds: Number(need(v, 'seconds')),
      random: () => needHex(v, 'random'),
      backend,
    }),
  'auth-id-plain': (v, backend) => {
    const { authIdKey } = makeUser({ uuid: needHex(v, 'uuid') })
    const block = backend.aes128Block(authIdKey).decrypt(needHex(v, 'auth-id'))
    if (readAuthId(block) === undefined) throw new Error('the checksum does not fit')
    return block
  },
  'legacy-auth': (v) => legacyAuth(needHex(v, 'id'), Number(need(v, 'seconds'))),
  'response-keys': (v) => joined(responseKeys({ key: needHex(v, 'key'), iv: needHex(v, 'iv') })),
  'legacy-response-keys': (v) => joined(legacyResponseKeys({ key: needHex(v, 'key'), iv: needHex(v, 'iv') })),
  'size-words': (v) => {
    const mask = new SizeMask(needHex(v, 'iv'))
    return Buffer.concat(Array.from({ length: 8 }, () => u16(mask.next())))
  },
  'chacha-key': (v) => chachaKey(needHex(v, 'key')),
  'length-key': (v) => lengthKey(v),
  'length-chacha-key': (v) => chachaKey(lengthKey(v)),
}

export function answerOf(vector: Vector): Answer | undefined {
  return ANSWERS[need(vector, 'unit')]
}

function lengthKey(vector: Vector): Uint8Array {
  return kdf(needHex(vector, 'key'), 'auth_len').subarray(0, 16)
}

function joined({ key, iv }: { key: Uint8Array; iv: Uint8Array }): Uint8Array {
  return Buffer.concat([key, iv])
}
