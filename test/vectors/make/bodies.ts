/** Bodies of the request direction (protocol §10.4), and bodies broken in one place. */
import * as naive from '../../support/naive-vmess.js'
import { BODY_IV, BODY_KEY, bytes, flip, hex, NAIVE, V2RAY, type VectorSource } from './source.js'

const PIECES = [Buffer.from('hello'), Buffer.from('world!')]

interface Shape {
  readonly security: number
  readonly options: number
  readonly form?: 'stream' | 'packet'
}

interface Row extends Shape {
  /** The three chunks as the protocol page has them. */
  readonly published: readonly [string, string, string]
}

const zeros = (count: number): string => '00'.repeat(count)
const GCM = [
  '26aca2da2078f552797282c9aa9cf67d935233aad8',
  '86216f764ffcbb17c1f377c6507eb71fb854eebbab22',
  'a2a59ee76df01745231f2b034d37a6d1',
] as const
const CHACHA = [
  '8fa7c8ae8c6567bf102495bdd19d574bf38eefa3c3',
  '05d8c1d9a894c51cf22d0c9be034c8038cacb4891876',
  'c693de0184f4cbc7c506f0641c921eef',
] as const
const PLAIN = ['68656c6c6f', '776f726c6421', ''] as const

/** Size fields in front of, and padding behind, three sealed payloads. */
function around(
  sealed: readonly [string, string, string],
  sizes: readonly string[],
  padding = [0, 0, 0],
): Row['published'] {
  const [a, b, c] = sealed.map((payload, i) => `${sizes[i]}${payload}${zeros(padding[i] ?? 0)}`)
  return [a as string, b as string, c as string]
}

const ROWS: readonly Row[] = [
  { security: 3, options: 0x01, published: around(GCM, ['0015', '0016', '0010']) },
  { security: 3, options: 0x05, published: around(GCM, ['fc84', '8e55', 'ecd4']) },
  { security: 3, options: 0x0d, published: around(GCM, ['8e65', 'b6b4', 'a3f8'], [17, 4, 54]) },
  {
    security: 3,
    options: 0x11,
    published: around(GCM, [
      'd95e4202561d5b5ac7ee9c1c79c971efcfe7',
      '34ac366699d8f080baa623777a7c59842335',
      '2e1f6901ebf9905d834ebb30b4a208f22649',
    ]),
  },
  {
    security: 3,
    options: 0x1d,
    published: around(
      GCM,
      [
        'd94d29f472bad22b1d04fc30ffa643f9ba34',
        '34a314dd641842b9b6d38e17445d21e3a5fa',
        '2e1b7175ae352e281fa794293cbb7d8fdb4d',
      ],
      [17, 3, 4],
    ),
  },
  { security: 4, options: 0x01, published: around(CHACHA, ['0015', '0016', '0010']) },
  { security: 4, options: 0x05, published: around(CHACHA, ['fc84', '8e55', 'ecd4']) },
  { security: 4, options: 0x0d, published: around(CHACHA, ['8e65', 'b6b4', 'a3f8'], [17, 4, 54]) },
  {
    security: 4,
    options: 0x1d,
    published: around(
      CHACHA,
      [
        '824174c656ea336083f71b4cc7bbba42bdd8',
        '1455d0c02c2eba28b43c148eea032c9a8fd6',
        '133becb4471bbebca922736ef199548b84de',
      ],
      [17, 3, 4],
    ),
  },
  { security: 5, options: 0x01, published: around(PLAIN, ['0005', '0006', '0000']) },
  { security: 5, options: 0x05, published: around(PLAIN, ['fc94', '8e45', 'ecc4']) },
  { security: 5, options: 0x0d, published: around(PLAIN, ['fc94', '8e45', 'ecc4']) },
  {
    security: 5,
    options: 0x0d,
    form: 'packet',
    published: around(PLAIN, ['8e55', 'b6a4', 'a388'], [17, 4, 54]),
  },
  {
    security: 1,
    options: 0x01,
    published: ['7719d7399b27dc396ef09e', 'c0d7a7084bf1afd5b7162e18', 'd1df7b5eb908'],
  },
]

function fieldsOf({ security, options, form = 'stream' }: Shape): VectorSource['fields'] {
  return { unit: 'body', security, options, form, key: hex(BODY_KEY), iv: hex(BODY_IV) }
}

function nameOf({ security, options, form }: Shape): string {
  return `${security}-${options.toString(16).padStart(2, '0')}${form === 'packet' ? '-packet' : ''}`
}

function naiveChunks({ security, options, form }: Shape, ends = true): naive.Bytes[] {
  return naive.chunks({ security, options, udp: form === 'packet', key: BODY_KEY, iv: BODY_IV }, PIECES, ends)
}

const pieces = PIECES.map(hex).join(' ')

const published: VectorSource[] = ROWS.map((row) => ({
  path: `bodies/${nameOf(row)}`,
  fields: { expect: 'ok', ...fieldsOf(row), pieces, ends: 'yes', origin: V2RAY },
  parts: naiveChunks(row),
  published: row.published.join(''),
}))

const unframed: VectorSource[] = [
  {
    path: 'bodies/1-00',
    fields: { expect: 'ok', ...fieldsOf({ security: 1, options: 0 }), pieces, ends: 'no', origin: V2RAY },
    parts: [naive.cfb(BODY_KEY, BODY_IV, Buffer.concat(PIECES))],
    published: '1f75f4cad8 fbdb2e6ef8d0',
  },
  {
    path: 'bodies/5-00',
    fields: {
      expect: 'ok',
      ...fieldsOf({ security: 5, options: 0 }),
      pieces,
      ends: 'no',
      origin: 'the definition',
      comment: 'zero',
    },
    parts: PIECES,
  },
]

/** Without the chunk option the AEAD bodies are chunked all the same; only the end is not marked. */
const endless: VectorSource[] = [3, 4].map((security) => ({
  path: `bodies/${security}-00`,
  fields: { expect: 'ok', ...fieldsOf({ security, options: 0 }), pieces, ends: 'no', origin: NAIVE },
  parts: naiveChunks({ security, options: 0 }, false),
}))

/** sing-box and others just close: the end of the transport between chunks is a clean end. */
const unmarked: VectorSource[] = ROWS.filter(({ options }) => options === 0x0d || options === 0x1d).map(
  (row) => ({
    path: `bodies/${nameOf(row)}-unmarked`,
    fields: {
      expect: 'ok',
      ...fieldsOf(row),
      pieces,
      ends: 'no',
      origin: NAIVE,
      comment: 'no end-of-stream chunk, as from sing-box',
    },
    parts: naiveChunks(row, false),
  }),
)

interface Breach extends Shape {
  readonly code: string
  readonly released: number
  readonly comment: string
  readonly damage: (chunks: naive.Bytes[]) => Uint8Array[]
}

function broken(path: string, breach: Breach): VectorSource {
  const { code, released, comment, damage } = breach
  return {
    path: `bodies/${path}`,
    fields: { expect: code, released, ...fieldsOf(breach), pieces, origin: NAIVE, comment },
    parts: damage(naiveChunks(breach)),
  }
}

const onFirst =
  (change: (chunk: naive.Bytes) => Uint8Array) =>
  ([first, ...others]: naive.Bytes[]) => [change(first as naive.Bytes), ...others]
const onSecond =
  (change: (chunk: naive.Bytes) => Uint8Array) =>
  ([first, second]: naive.Bytes[]) => [first as naive.Bytes, change(second as naive.Bytes)]
const cut = (length: number) => (chunk: naive.Bytes) => chunk.subarray(0, chunk.length - length)

const tags: VectorSource[] = [3, 4].flatMap((security) => [
  broken(`${security}-01-payload-bit`, {
    security,
    options: 1,
    code: 'VMESS_CHUNK_TAG',
    released: 0,
    comment: 'one bit of the first payload flipped',
    damage: onFirst((chunk) => flip(chunk, 3)),
  }),
  broken(`${security}-0d-tag-bit`, {
    security,
    options: 0x0d,
    code: 'VMESS_CHUNK_TAG',
    released: 5,
    comment: 'one bit of the second tag flipped',
    damage: onSecond((chunk) => flip(chunk, 2 + 6 + 15)),
  }),
  broken(`${security}-1d-size-bit`, {
    security,
    options: 0x1d,
    code: 'VMESS_CHUNK_TAG',
    released: 5,
    comment: 'one bit of the second sealed size flipped',
    damage: onSecond((chunk) => flip(chunk, 0)),
  }),
  broken(`${security}-01-swapped`, {
    security,
    options: 1,
    code: 'VMESS_CHUNK_TAG',
    released: 0,
    comment: 'the first chunk is missing, so that the count of the nonces is off',
    damage: ([, ...others]) => others,
  }),
  broken(`${security}-01-below-overhead`, {
    security,
    options: 1,
    code: 'VMESS_CHUNK_SIZE',
    released: 5,
    comment: 'a size of 15 leaves no room for the tag',
    damage: onSecond((chunk) => Buffer.concat([bytes('000f'), chunk.subarray(2)])),
  }),
])

const others: VectorSource[] = [
  broken('3-0d-below-padding', {
    security: 3,
    options: 0x0d,
    code: 'VMESS_CHUNK_SIZE',
    released: 0,
    comment: 'a size of 32 is less than the tag and 17 bytes of padding',
    damage: onFirst((chunk) => Buffer.concat([naive.u16(0x8e43 ^ 32), chunk.subarray(2)])),
  }),
  broken('1-01-bit', {
    security: 1,
    options: 1,
    code: 'VMESS_CHUNK_CHECKSUM',
    released: 0,
    comment: 'one bit of the first payload flipped',
    damage: onFirst((chunk) => flip(chunk, -1)),
  }),
  broken('3-01-cut-in-size', {
    security: 3,
    options: 1,
    code: 'WIRE_TRUNCATED',
    released: 5,
    comment: 'the connection ends inside the second size',
    damage: onSecond((chunk) => chunk.subarray(0, 1)),
  }),
  ...ROWS.filter(({ options }) => options !== 0x11 && options !== 0x05).map((row) =>
    broken(`${nameOf(row)}-cut`, {
      ...row,
      code: 'WIRE_TRUNCATED',
      // What nothing vouches for need not be awaited: it passes as it comes.
      released: row.security === 5 && row.form !== 'packet' ? 10 : 5,
      comment: 'the connection ends one byte before the end of the second chunk',
      damage: onSecond(cut(1)),
    }),
  ),
]

export const bodyVectors: readonly VectorSource[] = [
  ...published,
  ...unframed,
  ...endless,
  ...unmarked,
  ...tags,
  ...others,
]
