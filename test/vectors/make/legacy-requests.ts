/** Legacy request heads (protocol §10.2, §2). Nothing authenticates them, so most faults drain and taint. */
import * as naive from '../../support/naive-vmess.js'
import { bytes, H1, hex, NAIVE, SECONDS, UUID, V2RAY, type VectorSource } from './source.js'

const BASE = { unit: 'request', legacy: 'yes', uuid: hex(UUID), 'alter-id': 4, clock: SECONDS }
const ALTER_0 = naive.alterId(UUID, 0)
const H1_PLAIN = naive.plainHeader(H1)
/** H1 with another body key, so that it is no repetition. */
const H2: naive.NaiveHeader = { ...H1, key: bytes('303132333435363738393a3b3c3d3e3f') }

interface Signed {
  readonly header?: Partial<naive.NaiveHeader>
  readonly id?: Uint8Array
  readonly seconds?: number
  /** Bytes that are left out at the end. */
  readonly missing?: number
  readonly fields?: VectorSource['fields']
}

function head({ header = {}, id = ALTER_0, seconds = SECONDS, missing = 0 }: Signed): Uint8Array {
  const whole = naive.legacyHead(UUID, id, seconds)(naive.plainHeader({ ...H1, ...header }))
  return whole.subarray(0, whole.length - missing)
}

function accepted(path: string, comment: string, signed: Signed = {}): VectorSource {
  const { id = ALTER_0, seconds = SECONDS, header = {}, fields = {} } = signed
  const plain = naive.plainHeader({ ...H1, ...header })
  return {
    path: `legacy-requests/${path}`,
    fields: {
      expect: 'ok',
      ...BASE,
      id: hex(id),
      seconds,
      header: hex(plain),
      origin: NAIVE,
      comment,
      ...fields,
    },
    parts: [head(signed).subarray(0, 16), head(signed).subarray(16)],
  }
}

interface Refusal extends Signed {
  readonly code: string
  readonly drains?: boolean
}

function refused(path: string, comment: string, refusal: Refusal): VectorSource {
  const { code, drains = true, fields = {} } = refusal
  return {
    path: `legacy-requests/${path}`,
    fields: {
      expect: code,
      drains: drains ? 'yes' : 'no',
      released: 0,
      ...BASE,
      origin: NAIVE,
      comment,
      ...fields,
    },
    parts: [head(refusal).subarray(0, 16), head(refusal).subarray(16)],
  }
}

const PUBLISHED = `18e026f9ae24387cf561291b8e3b96a0a6e8f4aac6ba747a185b5160e9c9a642
  e66b14546abb5cad3e69073858e69478db4f787fa67802a74d8950dfc20bde41`

const good: VectorSource[] = [
  {
    ...accepted('main-id', 'header H1, signed by the main id', { id: UUID }),
    published: `cb4c98431253a6f41d16adc57e6d3550 ${PUBLISHED}`,
  },
  {
    ...accepted('alter-0', 'header H1, signed by the first alter id'),
    published: `56e8c2bc23bffa8fcc79da1aea97bcaa ${PUBLISHED}`,
  },
  accepted('alter-3', 'signed by the last of four alter ids', { id: naive.alterId(UUID, 3) }),
  accepted('mux', 'the shortest head: 58 bytes', {
    header: { command: 3, address: bytes(''), padding: bytes('') },
  }),
  accepted('longest', '255 bytes of domain and 15 of padding', {
    header: { address: naive.domain(1, 'a'.repeat(255)), padding: Buffer.alloc(15, 7) },
  }),
  accepted('oldest', '120 s behind', { seconds: SECONDS - 120 }),
  accepted('newest', '120 s ahead', { seconds: SECONDS + 120 }),
  accepted('same-second', 'another header in a second that was used', {
    header: H2,
    fields: { after: 'legacy-requests/alter-0' },
  }),
  accepted('next-second', 'a burned second leaves its neighbours alone', {
    header: H2,
    seconds: SECONDS + 1,
    fields: { after: 'legacy-requests/checksum' },
  }),
  accepted('same-second-other-id', 'a burned second leaves other ids alone', {
    header: H2,
    id: UUID,
    fields: { after: 'legacy-requests/checksum' },
  }),
].map((vector) => ({
  ...vector,
  fields: vector.published === undefined ? vector.fields : { ...vector.fields, origin: V2RAY },
}))

const strangers: VectorSource[] = [
  refused('no-alter-ids', 'a user without alter ids may not send legacy heads', {
    code: 'VMESS_UNKNOWN_USER',
    id: UUID,
    fields: { 'alter-id': 0 },
  }),
  refused('alter-4', 'the fifth alter id of four', {
    code: 'VMESS_UNKNOWN_USER',
    id: naive.alterId(UUID, 4),
  }),
  refused('too-old', '121 s behind', { code: 'VMESS_UNKNOWN_USER', seconds: SECONDS - 121 }),
  refused('too-new', '121 s ahead', { code: 'VMESS_UNKNOWN_USER', seconds: SECONDS + 121 }),
  refused('checksum', 'the checksum is off by one', {
    code: 'VMESS_CHECKSUM',
    header: { checksum: naive.fnv1a(H1_PLAIN.subarray(0, -4)) ^ 1 },
  }),
  refused('command-4', 'an unknown command: the end of the header cannot be found', {
    code: 'VMESS_COMMAND',
    header: { command: 4 },
  }),
  refused('address-type-4', 'an unknown address type', {
    code: 'VMESS_ADDRESS_TYPE',
    header: { address: bytes('01bb 04 20010db8000000000000000000000001') },
  }),
  refused('cut-in-fixed', 'the connection ends before the destination', {
    code: 'WIRE_TRUNCATED',
    missing: 40,
  }),
  refused('cut-in-checksum', 'the connection ends one byte early', { code: 'WIRE_TRUNCATED', missing: 1 }),
]

const burned: VectorSource[] = [
  ...['checksum', 'command-4', 'cut-in-checksum'].map((after) =>
    refused(`after-${after}`, 'a sound header in a second that was burned', {
      code: 'VMESS_LEGACY_TAINTED',
      header: H2,
      fields: { after: `legacy-requests/${after}` },
    }),
  ),
  refused('replay', 'the published head a second time', {
    code: 'VMESS_REPLAY',
    fields: { after: 'legacy-requests/alter-0' },
  }),
  refused('after-replay', 'the repetition burned the second', {
    code: 'VMESS_LEGACY_TAINTED',
    header: H2,
    fields: { after: 'legacy-requests/alter-0 legacy-requests/alter-0' },
  }),
]

const genuine: VectorSource[] = [
  refused('domain', 'a sound checksum over a domain with a slash', {
    code: 'VMESS_DOMAIN',
    drains: false,
    header: { address: naive.domain(443, 'a/b') },
  }),
  refused('version', 'a sound checksum over version 0', {
    code: 'VMESS_VERSION',
    drains: false,
    header: { version: 0 },
  }),
  refused('security-2', 'a sound checksum over security auto', {
    code: 'VMESS_SECURITY',
    drains: false,
    header: { security: 2 },
  }),
  refused('options-9', 'a sound checksum over padding without masking', {
    code: 'VMESS_OPTIONS',
    drains: false,
    header: { options: 9 },
  }),
]

export const legacyRequestVectors: readonly VectorSource[] = [...good, ...strangers, ...burned, ...genuine]
