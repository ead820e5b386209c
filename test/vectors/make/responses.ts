/** Response heads of both forms, with what a server may ask in them (protocol §10.3, §2.6, §3.4, §6). */
import * as naive from '../../support/naive-vmess.js'
import {
  BODY_IV,
  BODY_KEY,
  bytes,
  CHECK,
  flip,
  hex,
  NAIVE,
  UUID,
  V2RAY,
  type VectorSource,
} from './source.js'

const BASE = {
  unit: 'response',
  'body-iv': hex(BODY_IV),
  'body-key': hex(BODY_KEY),
  check: CHECK,
  security: 'aes-128-gcm',
  options: 0x0d,
}

const PLAIN = bytes('5a000000')
const rest = Buffer.concat([bytes('00 2766'), UUID, bytes('0004 00 05')])
const SWITCH = Buffer.concat([naive.u32(naive.fnv1a(rest)), rest])
const SWITCH_PLAIN = Buffer.concat([bytes('5a00011b'), SWITCH])
const SWITCH_TEXT = `switch-account host= port=10086 uuid=${hex(UUID)} alter-id=4 level=0 minutes=5`

interface Sealed {
  readonly plain?: Uint8Array
  readonly legacy?: boolean
  readonly damage?: (parts: Buffer[]) => Uint8Array[]
}

function head({ plain = PLAIN, legacy = false, damage = (parts) => parts }: Sealed): Uint8Array[] {
  return damage(
    legacy ? [naive.legacyResponse(BODY_KEY, BODY_IV, plain)] : naive.aeadResponse(BODY_KEY, BODY_IV, plain),
  )
}

interface Acceptance extends Sealed {
  readonly fields?: VectorSource['fields']
}

function accepted(path: string, comment: string, acceptance: Acceptance = {}): VectorSource {
  const { plain = PLAIN, legacy = false, fields = {} } = acceptance
  const form = {
    legacy: legacy ? 'yes' : 'no',
    header: hex(plain),
    command: 'none',
    'response-options': plain[1] as number,
  }
  return {
    path: `responses/${path}`,
    fields: { expect: 'ok', ...BASE, ...form, origin: NAIVE, comment, ...fields },
    parts: head(acceptance),
  }
}

function refused(path: string, comment: string, refusal: Sealed & { code: string }): VectorSource {
  const form = { legacy: refusal.legacy === true ? 'yes' : 'no' }
  return {
    path: `responses/${path}`,
    fields: { expect: refusal.code, released: 0, ...BASE, ...form, origin: NAIVE, comment },
    parts: head(refusal),
  }
}

const unknown = (id: number, data: Uint8Array): Buffer =>
  Buffer.concat([bytes('5a00'), Buffer.of(id, data.length), data])
const damaged = flip(SWITCH, -1)
const full = Buffer.alloc(255, 0x33)

const good: VectorSource[] = [
  {
    ...accepted('published', 'no command'),
    published: 'bdbf42fa9d3621ee2883fcdb50faf39e5149 8040906ad3f95ba36908f282c6bff05c15fc06af',
  },
  { ...accepted('legacy-published', 'no command', { legacy: true }), published: 'd2e5d704' },
  accepted('echo', 'sing-box sends the options of the request back', { plain: bytes('5a0d0000') }),
  accepted('switch-account', 'use another account', {
    plain: SWITCH_PLAIN,
    fields: { command: SWITCH_TEXT },
  }),
  accepted('legacy-switch-account', 'use another account', {
    plain: SWITCH_PLAIN,
    legacy: true,
    fields: { command: SWITCH_TEXT },
  }),
  accepted('damaged-command', 'a switch of account whose checksum is false is skipped', {
    plain: unknown(1, damaged),
    fields: { command: `unknown id=1 data=${hex(damaged)}` },
  }),
  accepted('short-command', 'a switch of account without data is skipped', {
    plain: unknown(1, bytes('')),
    fields: { command: 'unknown id=1 data=' },
  }),
  accepted('unknown-command', 'the longest command of an unknown id is skipped', {
    plain: unknown(9, full),
    fields: { command: `unknown id=9 data=${hex(full)}` },
  }),
  accepted('legacy-unknown-command', 'the longest command of an unknown id is skipped', {
    plain: unknown(9, full),
    legacy: true,
    fields: { command: `unknown id=9 data=${hex(full)}` },
  }),
  accepted('after-the-command', 'v2ray ignores what follows the fields inside the seal', {
    plain: bytes('5a000000 ffff'),
    fields: { canonical: 'no' },
  }),
].map((vector) => ({
  ...vector,
  fields: vector.published === undefined ? vector.fields : { ...vector.fields, origin: V2RAY },
}))

/** Bodies that follow a response: the cipher runs on after a legacy head and starts afresh after an AEAD one. */
const withBody: VectorSource[] = [true, false].map((legacy) => {
  const plainBody = Buffer.concat([
    bytes('0009'),
    naive.u32(naive.fnv1a(Buffer.from('hello'))),
    Buffer.from('hello'),
  ])
  const sha = naive.responseBodyKeys(BODY_KEY, BODY_IV)
  const parts = legacy
    ? [naive.legacyResponse(BODY_KEY, BODY_IV, Buffer.concat([PLAIN, plainBody]))]
    : [...naive.aeadResponse(BODY_KEY, BODY_IV, PLAIN), naive.cfb(sha.key, sha.iv, plainBody)]
  const vector = accepted(legacy ? 'legacy-cfb-body' : 'cfb-body', 'an aes-128-cfb body after the head', {
    legacy,
    fields: { security: 'aes-128-cfb', options: 1, body: hex(Buffer.from('hello')) },
  })
  return { ...vector, parts }
})

const bad: VectorSource[] = [
  refused('length-tag', 'one bit of the sealed length flipped', {
    code: 'VMESS_RESPONSE_LENGTH_TAG',
    damage: ([length, header]) => [flip(length as Buffer, 0), header as Buffer],
  }),
  refused('header-tag', 'one bit of the sealed header flipped', {
    code: 'VMESS_RESPONSE_TAG',
    damage: ([length, header]) => [length as Buffer, flip(header as Buffer, -1)],
  }),
  refused('check', 'the check byte of another request', {
    code: 'VMESS_RESPONSE_CHECK',
    plain: bytes('5b000000'),
  }),
  refused('legacy-check', 'the check byte of another request', {
    code: 'VMESS_RESPONSE_CHECK',
    plain: bytes('5b000000'),
    legacy: true,
  }),
  refused('legacy-bit', 'one bit of the check byte flipped', {
    code: 'VMESS_RESPONSE_CHECK',
    legacy: true,
    damage: ([head_]) => [flip(head_ as Buffer, 0)],
  }),
  refused('too-short', 'a header of three bytes', { code: 'VMESS_HEADER_LENGTH', plain: bytes('5a0000') }),
  refused('too-long', 'a header of 2049 bytes', { code: 'VMESS_HEADER_LENGTH', plain: Buffer.alloc(2049) }),
  refused('command-runs-out', 'the command is said to be longer than the header', {
    code: 'WIRE_SHORT',
    plain: bytes('5a000904 01'),
  }),
  refused('cut', 'the connection ends one byte early', {
    code: 'WIRE_TRUNCATED',
    damage: ([length, header]) => [length as Buffer, (header as Buffer).subarray(0, -1)],
  }),
  refused('legacy-cut', 'the connection ends inside a command', {
    code: 'WIRE_TRUNCATED',
    plain: SWITCH_PLAIN,
    legacy: true,
    damage: ([head_]) => [(head_ as Buffer).subarray(0, -1)],
  }),
]

export const responseVectors: readonly VectorSource[] = [...good, ...withBody, ...bad]
