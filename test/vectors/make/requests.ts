/** AEAD request heads (protocol §10.2, §3, §7.1), each negative one broken in one place. */
import * as naive from '../../support/naive-vmess.js'
import {
  AUTH_RANDOM,
  BODY_IV,
  BODY_KEY,
  bytes,
  CHECK,
  flip,
  H1,
  hex,
  NAIVE,
  NONCE,
  OTHER_UUID,
  SECONDS,
  UUID,
  V2RAY,
  type VectorSource,
} from './source.js'

const SEAL: naive.NaiveSeal = { uuid: UUID, seconds: SECONDS, random: AUTH_RANDOM, nonce: NONCE }
const H1_PLAIN = naive.plainHeader(H1)
const UDP: naive.NaiveHeader = {
  ...H1,
  options: 1,
  security: 4,
  command: 2,
  address: naive.ipv4(53, 8, 8, 8, 8),
  padding: bytes(''),
}
const MUX: naive.NaiveHeader = {
  ...H1,
  options: 5,
  security: 5,
  command: 3,
  address: bytes(''),
  padding: bytes(''),
}

const BASE = { unit: 'request', uuid: hex(UUID), 'alter-id': 0, clock: SECONDS }

interface Sealed {
  readonly plain?: Uint8Array
  readonly seal?: Partial<naive.NaiveSeal>
  /** Changes the four parts of the head after sealing. */
  readonly damage?: (parts: Buffer[]) => Uint8Array[]
}

function head({ plain = H1_PLAIN, seal = {}, damage = (parts) => parts }: Sealed): Uint8Array[] {
  return damage(naive.aeadHead({ ...SEAL, ...seal }, plain))
}

function accepted(
  path: string,
  comment: string,
  { plain = H1_PLAIN, ...sealed }: Sealed & { fields?: VectorSource['fields'] } = {},
): VectorSource {
  const fields = { expect: 'ok', ...BASE, header: hex(plain), origin: NAIVE, comment, ...sealed.fields }
  return { path: `requests/${path}`, fields, parts: head({ plain, ...sealed }) }
}

interface Refusal extends Sealed {
  readonly code: string
  /** Whether the fault falls before the header is known to be genuine. */
  readonly drains: boolean
  readonly fields?: VectorSource['fields']
}

function refused(path: string, comment: string, refusal: Refusal): VectorSource {
  const { code, drains, fields = {} } = refusal
  return {
    path: `requests/${path}`,
    fields: {
      expect: code,
      drains: drains ? 'yes' : 'no',
      released: 0,
      ...BASE,
      origin: NAIVE,
      comment,
      ...fields,
    },
    parts: head(refusal),
  }
}

const PUBLISHED_HEAD = `4774fe5cc901ea4f81f2159909767a36 b44789ac9fce4b57554875203e093ab0b983 a1a2a3a4a5a6a7a8
  e6dcd2329cac4f9ea8f1394d7aa0b405dc624b71cc3c244ad39d149621afa02975eddb97e0f994c4
  47a9099042cda9fd472d3f4947cb39d2b69c98d740cc4f368693fddc52f77b73deab84f39ea7f3a4`

const KEYS = `${hex(BODY_IV)}${hex(BODY_KEY)}`

const plain: VectorSource[] = [
  {
    name: 'tcp-domain',
    header: H1,
    published: `01 ${KEYS} 5a0d33000101bb020f7777772e6578616d706c652e636f6daabbcc540d91fb`,
  },
  { name: 'udp-ipv4', header: UDP, published: `01 ${KEYS} 5a01040002 0035 01 08080808 5590f6bd` },
  { name: 'mux', header: MUX, published: `01 ${KEYS} 5a05050003 945f9519` },
].map(({ name, header, published }) => ({
  path: `headers/${name}`,
  fields: { expect: 'ok', unit: 'request-header', origin: V2RAY },
  parts: [naive.plainHeader(header)],
  published,
}))

const secondSource: VectorSource = {
  path: 'headers/sealed-by-clash',
  fields: {
    expect: 'ok',
    unit: 'sealed-request',
    'command-key': hex(Buffer.from('1234567890123456')),
    header: '00'.repeat(16),
    origin: 'the tests of clash-rs',
    comment: 'auth ID, connection nonce and header are zeros',
  },
  parts: [
    bytes('00'.repeat(16)),
    bytes('8965192117f742085eabb5a2b015136f22a1'),
    bytes('00'.repeat(8)),
    bytes('c7160d7bd1ce4ea645c6071de036d6924922423d0acb90a0511111bf27c5a3f6'),
  ],
}

const good: VectorSource[] = [
  { ...accepted('published', 'header H1'), published: PUBLISHED_HEAD },
  accepted('udp', 'one datagram a chunk', { plain: naive.plainHeader(UDP) }),
  accepted('mux', 'no destination, no padding: the shortest header', { plain: naive.plainHeader(MUX) }),
  accepted('ipv6', 'an IPv6 destination', {
    plain: naive.plainHeader({ ...H1, address: naive.ipv6(8443, '20010db8000000000000000000000001') }),
  }),
  accepted('longest', '255 bytes of domain and 15 of padding', {
    plain: naive.plainHeader({
      ...H1,
      address: naive.domain(1, 'a'.repeat(255)),
      padding: Buffer.alloc(15, 7),
    }),
  }),
  accepted('alter-id-user', 'a user with alter ids may send AEAD heads', { fields: { 'alter-id': 4 } }),
  accepted('oldest', '120 s behind', { seal: { seconds: SECONDS - 120 } }),
  accepted('newest', '120 s ahead', { seal: { seconds: SECONDS + 120 } }),
  accepted('zero', 'security none without chunks', {
    plain: naive.plainHeader({ ...H1, security: 5, options: 0 }),
  }),
  accepted('literal-domain', 'an IPv4 address sent as a domain', {
    plain: naive.plainHeader({ ...H1, address: naive.domain(53, '8.8.8.8') }),
    fields: { 'decodes-to': '8.8.8.8:53' },
  }),
  accepted('bracketed-domain', 'an IPv6 address in brackets sent as a domain', {
    plain: naive.plainHeader({ ...H1, address: naive.domain(53, '[2001:db8::1]') }),
    fields: { 'decodes-to': '[2001:db8::1]:53' },
  }),
  accepted('mapped-ipv4', 'an IPv4 address sent as IPv6', {
    plain: naive.plainHeader({ ...H1, address: naive.ipv6(53, '00000000000000000000ffff01020304') }),
    fields: { 'decodes-to': '1.2.3.4:53' },
  }),
  accepted('after-the-checksum', 'v2ray ignores what follows the header inside the seal', {
    plain: Buffer.concat([H1_PLAIN, bytes('00ff00')]),
    fields: { header: hex(H1_PLAIN), 'decodes-to': 'www.example.com:443' },
  }),
  accepted('reserved', 'no server looks at the reserved byte', {
    plain: naive.plainHeader({ ...H1, reserved: 7 }),
    fields: { 'decodes-to': 'www.example.com:443' },
  }),
]

const ofHeader = (change: Partial<naive.NaiveHeader>) => naive.plainHeader({ ...H1, ...change })

const strangers: VectorSource[] = [
  refused('unknown-user', 'another id', {
    code: 'VMESS_UNKNOWN_USER',
    drains: true,
    seal: { uuid: OTHER_UUID },
  }),
  refused('auth-id-bit', 'one bit of the auth ID flipped', {
    code: 'VMESS_UNKNOWN_USER',
    drains: true,
    damage: ([id, ...rest]) => [flip(id as Buffer, 5), ...rest],
  }),
  refused('too-old', '121 s behind', {
    code: 'VMESS_CLOCK_SKEW',
    drains: true,
    seal: { seconds: SECONDS - 121 },
  }),
  refused('too-new', '121 s ahead', {
    code: 'VMESS_CLOCK_SKEW',
    drains: true,
    seal: { seconds: SECONDS + 121 },
  }),
  refused('before-1970', 'a negative time', {
    code: 'VMESS_CLOCK_SKEW',
    drains: true,
    seal: { seconds: -1 },
  }),
  refused('length-bit', 'one bit of the sealed length flipped', {
    code: 'VMESS_HEADER_LENGTH_TAG',
    drains: true,
    damage: ([id, length, ...rest]) => [id as Buffer, flip(length as Buffer, 1), ...rest],
  }),
  refused('length-tag', 'one bit of the tag of the length flipped', {
    code: 'VMESS_HEADER_LENGTH_TAG',
    drains: true,
    damage: ([id, length, ...rest]) => [id as Buffer, flip(length as Buffer, -1), ...rest],
  }),
  refused('nonce-bit', 'one bit of the connection nonce flipped', {
    code: 'VMESS_HEADER_LENGTH_TAG',
    drains: true,
    damage: ([id, length, nonce, rest]) => [
      id as Buffer,
      length as Buffer,
      flip(nonce as Buffer, 0),
      rest as Buffer,
    ],
  }),
  refused('header-bit', 'one bit of the sealed header flipped: the length opens, the header does not', {
    code: 'VMESS_HEADER_TAG',
    drains: true,
    damage: ([id, length, nonce, header]) => [
      id as Buffer,
      length as Buffer,
      nonce as Buffer,
      flip(header as Buffer, 40),
    ],
  }),
  refused('header-tag', 'one bit of the tag of the header flipped', {
    code: 'VMESS_HEADER_TAG',
    drains: true,
    damage: ([id, length, nonce, header]) => [
      id as Buffer,
      length as Buffer,
      nonce as Buffer,
      flip(header as Buffer, -1),
    ],
  }),
  refused('too-short', 'a sealed header of 41 bytes', {
    code: 'VMESS_HEADER_LENGTH',
    drains: true,
    plain: Buffer.alloc(41),
  }),
  refused('too-long', 'a sealed header of 2049 bytes; only the length is sent', {
    code: 'VMESS_HEADER_LENGTH',
    drains: true,
    plain: Buffer.alloc(2049),
    damage: (parts) => parts.slice(0, 3),
  }),
  refused('replay', 'the published head a second time', {
    code: 'VMESS_REPLAY',
    drains: true,
    fields: { after: 'requests/published' },
  }),
  refused('cut-in-auth-id', 'the connection ends after 15 bytes', {
    code: 'WIRE_TRUNCATED',
    drains: true,
    damage: ([id]) => [(id as Buffer).subarray(0, 15)],
  }),
  refused('cut-in-header', 'the connection ends one byte early', {
    code: 'WIRE_TRUNCATED',
    drains: true,
    damage: ([id, length, nonce, header]) => [
      id as Buffer,
      length as Buffer,
      nonce as Buffer,
      (header as Buffer).subarray(0, -1),
    ],
  }),
]

const faulty: VectorSource[] = [
  refused('same-keys', 'another auth ID and nonce around the body key and IV of the published head', {
    code: 'VMESS_REPLAY',
    drains: false,
    seal: { random: bytes('05060708'), nonce: bytes('b1b2b3b4b5b6b7b8') },
    fields: { after: 'requests/published' },
  }),
  refused('checksum', 'the checksum is off by one', {
    code: 'VMESS_CHECKSUM',
    drains: false,
    plain: ofHeader({ checksum: 0x540d91fa }),
  }),
  refused('version', 'version 2', { code: 'VMESS_VERSION', drains: false, plain: ofHeader({ version: 2 }) }),
  refused('command-0', 'no command', {
    code: 'VMESS_COMMAND',
    drains: false,
    plain: ofHeader({ command: 0 }),
  }),
  refused('command-4', 'the command that VLESS has', {
    code: 'VMESS_COMMAND',
    drains: false,
    plain: ofHeader({ command: 4 }),
  }),
  refused('address-type-0', 'an address type that is none', {
    code: 'VMESS_ADDRESS_TYPE',
    drains: false,
    plain: ofHeader({ address: bytes('01bb 00 01020304') }),
  }),
  refused('address-type-4', 'SOCKS writes IPv6 as 4, VMess as 3', {
    code: 'VMESS_ADDRESS_TYPE',
    drains: false,
    plain: ofHeader({ address: bytes('01bb 04 20010db8000000000000000000000001') }),
  }),
  refused('domain-empty', 'a domain of no bytes', {
    code: 'VMESS_DOMAIN',
    drains: false,
    plain: ofHeader({ address: naive.domain(443, '') }),
  }),
  refused('domain-slash', 'a domain with a slash', {
    code: 'VMESS_DOMAIN',
    drains: false,
    plain: ofHeader({ address: naive.domain(443, 'example.com/x') }),
  }),
  refused('domain-unicode', 'a domain that is not punycode', {
    code: 'VMESS_DOMAIN',
    drains: false,
    plain: ofHeader({ address: naive.domain(443, 'b\u00fccher.example') }),
  }),
  refused('domain-runs-out', 'the domain is said to be longer than the header', {
    code: 'WIRE_SHORT',
    drains: false,
    plain: ofHeader({ address: Buffer.concat([bytes('01bb 02 40'), Buffer.from('www.example.com')]) }),
  }),
]

const bodies: VectorSource[] = [
  ...[0, 2, 6, 7, 15].map((security) =>
    refused(`security-${security}`, 'a security that is no wire value', {
      code: 'VMESS_SECURITY',
      drains: false,
      plain: ofHeader({ security }),
    }),
  ),
  ...[0x08, 0x09, 0x19].map((options) =>
    refused(`options-${options.toString(16)}`, 'padding without masking, which crashes v2ray 4', {
      code: 'VMESS_OPTIONS',
      drains: false,
      plain: ofHeader({ options }),
    }),
  ),
  refused('udp-unframed', 'datagrams without chunks', {
    code: 'VMESS_OPTIONS',
    drains: false,
    plain: naive.plainHeader({ ...UDP, security: 5, options: 0, check: CHECK }),
  }),
]

export const requestVectors: readonly VectorSource[] = [
  ...plain,
  secondSource,
  ...good,
  ...strangers,
  ...faulty,
  ...bodies,
]
