/** What is derived from ids, keys and times (protocol §10.1 and the small values of §10.2 to §10.4). */
import * as naive from '../../support/naive-vmess.js'
import {
  AUTH_RANDOM,
  BODY_IV,
  BODY_KEY,
  bytes,
  hex,
  NONCE,
  OTHER_UUID,
  RECOMPUTED,
  SECONDS,
  UUID,
  V2RAY,
  type VectorSource,
} from './source.js'

const text = (value: string): string => hex(Buffer.from(value, 'utf8'))
const EAUTH = naive.authId(UUID, SECONDS, AUTH_RANDOM)
const COMMAND_KEY = naive.commandKey(UUID)

const ALTER_IDS = [
  '5a071834 12d5 980a 72ac 845d5568d17d',
  'b5f0dba2 de16 aea1 087e fdbaa0aac7a3',
  '92942ba8 087f bc0a e89a 0d235a76ccff',
  'ccee2a7a 06dd 4e1d b1ea 9d042110f621',
]

const MAPPED: readonly [string, string, string][] = [
  ['example', 'feb54431301b52bba6dde1e93e81bb9e', 'the tests of Xray'],
  ['我爱🍉老师1314', '5783a3e7e37351cd8642c83782b807c5', 'the tests of Xray'],
  ['a', '35b65f33a6795e76af3c273ea349ede4', 'computed twice'],
]

/** A value that one function gives: `published` is what counts, the naive one must agree. */
function value(
  path: string,
  fields: VectorSource['fields'],
  { made, published }: { made?: Uint8Array; published: string },
): VectorSource {
  return {
    path: `values/${path}`,
    fields: { expect: 'ok', ...fields },
    parts: [made ?? bytes(published)],
    published,
  }
}

const ids: VectorSource[] = [
  value(
    'command-key',
    { unit: 'command-key', uuid: hex(UUID), origin: V2RAY },
    {
      made: COMMAND_KEY,
      published: 'b50d916ac0cec067981af8e5f38a758f',
    },
  ),
  value(
    'command-key-other',
    { unit: 'command-key', uuid: hex(OTHER_UUID), origin: 'exchanged with v2ray 4.34.0' },
    {
      made: naive.commandKey(OTHER_UUID),
      published: '81757e37f9668a8e7700d11ee834ede0',
    },
  ),
  ...ALTER_IDS.map((published, index) =>
    value(
      `alter-id-${index}`,
      { unit: 'alter-id', uuid: hex(UUID), index, origin: V2RAY },
      {
        made: naive.alterId(UUID, index),
        published,
      },
    ),
  ),
  ...MAPPED.map(([name, published, origin], i) =>
    value(`mapped-id-${i}`, { unit: 'mapped-id', text: text(name), origin }, { published }),
  ),
]

const KDF: readonly [string, Uint8Array, (string | Uint8Array)[], string, string][] = [
  ['root', COMMAND_KEY, [], '1e3858c2acb5e5338a1569aac055c295a0c0e2738b2d941c4bf461cdc363efb4', RECOMPUTED],
  [
    'auth-id',
    COMMAND_KEY,
    ['AES Auth ID Encryption'],
    '1415ba74ca8b3d041a8f583fb4116315c589ae7b6e81765b601aa166c62871f7',
    V2RAY,
  ],
  [
    'demo',
    Buffer.from('Demo Key for Auth ID Test'),
    ['Demo Path for Auth ID Test'],
    '66e41ad47fa745fbfd1e97325e93dbf4a04daac03e50fdf3052da7136662dfe1',
    'the tests of v2ray-core',
  ],
  [
    'length-key',
    COMMAND_KEY,
    ['VMess Header AEAD Key_Length', EAUTH, NONCE],
    'd08592538d1c58fd8c3734f9a63da730da580a7afcac5d7a3e5207be3408c275',
    V2RAY,
  ],
  [
    'length-nonce',
    COMMAND_KEY,
    ['VMess Header AEAD Nonce_Length', EAUTH, NONCE],
    '43fe9e03198988fa18214ac35f3210a45dc3beabff5a68fb537f2fd2b8d93947',
    V2RAY,
  ],
  [
    'header-key',
    COMMAND_KEY,
    ['VMess Header AEAD Key', EAUTH, NONCE],
    '267524516fff957a83eac58e9c2c9701668f5a5612a4bb8d3a142370e0396f95',
    V2RAY,
  ],
  [
    'header-nonce',
    COMMAND_KEY,
    ['VMess Header AEAD Nonce', EAUTH, NONCE],
    '1ec314448de192433f298be2331e861a394cbda1d6c4c43be03cd9b5fa93ed27',
    V2RAY,
  ],
]

const derived: VectorSource[] = KDF.map(([name, secret, path, published, origin]) => {
  const salt = typeof path[0] === 'string' ? path[0] : ''
  const items = path.slice(1).map((item) => hex(item as Uint8Array))
  const fields = { unit: 'kdf', secret: hex(secret), salt: text(salt), path: items.join(' '), origin }
  return value(`kdf-${name}`, fields, { made: naive.kdf(secret, ...path), published })
})

const sums: VectorSource[] = [
  value('fnv1a-empty', { unit: 'fnv1a', text: '', origin: 'the definition' }, { published: '811c9dc5' }),
  value(
    'fnv1a-abc',
    { unit: 'fnv1a', text: text('abc'), origin: 'the definition' },
    { published: '1a47e90b' },
  ),
  value(
    'crc32',
    { unit: 'crc32', text: text('123456789'), origin: 'the definition' },
    { published: 'cbf43926' },
  ),
]

const keys: VectorSource[] = [
  value(
    'auth-id',
    { unit: 'auth-id', uuid: hex(UUID), seconds: SECONDS, random: hex(AUTH_RANDOM), origin: V2RAY },
    { made: EAUTH, published: '4774fe5cc901ea4f81f2159909767a36' },
  ),
  value(
    'auth-id-plain',
    { unit: 'auth-id-plain', uuid: hex(UUID), 'auth-id': hex(EAUTH), origin: V2RAY },
    { published: '000000006553f10001020304b85575f7' },
  ),
  value(
    'legacy-auth-main',
    { unit: 'legacy-auth', id: hex(UUID), seconds: SECONDS, origin: V2RAY },
    {
      made: naive.legacyHead(UUID, UUID, SECONDS)(Buffer.alloc(0)),
      published: 'cb4c98431253a6f41d16adc57e6d3550',
    },
  ),
  value(
    'legacy-auth-alter',
    { unit: 'legacy-auth', id: hex(naive.alterId(UUID, 0)), seconds: SECONDS, origin: V2RAY },
    {
      made: naive.legacyHead(UUID, naive.alterId(UUID, 0), SECONDS)(Buffer.alloc(0)),
      published: '56e8c2bc23bffa8fcc79da1aea97bcaa',
    },
  ),
  value(
    'response-keys',
    { unit: 'response-keys', key: hex(BODY_KEY), iv: hex(BODY_IV), origin: V2RAY },
    {
      published: '36db1adc807ac50e4c85bd86a174b4aa fc2e2c73072bfa2bda03ff9307472deb',
    },
  ),
  value(
    'legacy-response-keys',
    { unit: 'legacy-response-keys', key: hex(BODY_KEY), iv: hex(BODY_IV), origin: V2RAY },
    {
      published: '35ba6d08f0e34c15b9d0b09998960eb6 1bf42e241816ba29ff5f307bb1bc1d16',
    },
  ),
  value(
    'size-words',
    { unit: 'size-words', iv: hex(BODY_IV), origin: V2RAY },
    {
      made: Buffer.concat(naive.shakeWords(BODY_IV, 8).map(naive.u16)),
      published: 'fc91 8e43 ecc4 b6ae a436 a3be 5598 4a75',
    },
  ),
  value(
    'chacha-key',
    { unit: 'chacha-key', key: hex(BODY_KEY), origin: V2RAY },
    {
      published: '35ba6d08f0e34c15b9d0b09998960eb608192e2100960d3badb6175ebb26e7ab',
    },
  ),
  value(
    'length-key',
    { unit: 'length-key', key: hex(BODY_KEY), origin: RECOMPUTED },
    {
      made: naive.kdf(BODY_KEY, 'auth_len').subarray(0, 16),
      published: 'b5aa9ae1cde5868ebebf49f8fc314664',
    },
  ),
  value(
    'length-chacha-key',
    { unit: 'length-chacha-key', key: hex(BODY_KEY), origin: RECOMPUTED },
    {
      published: '18eb7c0b2f96929a520f83bcf4999ca5a0e85bc5b31cc3d325218678227178e9',
    },
  ),
]

const RESPONSE_KDF: readonly [string, string, string, number, string][] = [
  [
    'response-length-key',
    '36db1adc807ac50e4c85bd86a174b4aa',
    'AEAD Resp Header Len Key',
    16,
    '642b9652f299409abfe9e802c2c7cf30',
  ],
  [
    'response-length-nonce',
    'fc2e2c73072bfa2bda03ff9307472deb',
    'AEAD Resp Header Len IV',
    12,
    '58f42502d03465d4b1362202',
  ],
  [
    'response-header-key',
    '36db1adc807ac50e4c85bd86a174b4aa',
    'AEAD Resp Header Key',
    16,
    'c207a71d4a49356e2b75560fbbe76156',
  ],
  [
    'response-header-nonce',
    'fc2e2c73072bfa2bda03ff9307472deb',
    'AEAD Resp Header IV',
    12,
    '81c9d47c77b4645f0256717b',
  ],
]

const responseKeys = RESPONSE_KDF.map(([name, secret, salt, length, published]) =>
  value(
    `kdf-${name}`,
    { unit: 'kdf', secret, salt: text(salt), path: '', length, origin: V2RAY },
    {
      made: naive.kdf(bytes(secret), salt).subarray(0, length),
      published,
    },
  ),
)

export const identityVectors: readonly VectorSource[] = [
  ...ids,
  ...derived,
  ...responseKeys,
  ...sums,
  ...keys,
]
