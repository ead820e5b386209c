/** The user object of inbounds and outbounds (config §5.1 to §5.3). */
import { type Security, SECURITIES } from '../account/security.js'
import { parseUserId } from '../account/uuid.js'
import { isFault } from '../faults/fault.js'
import type { VmessOutboundUser, VmessUserConfig } from './config.js'
import type { Place } from './place.js'
import { text, uint16, uint32, wordOr } from './scalars.js'
import { accepted, convert, maybe, object, optional, required, ruled, type Shape } from './shape.js'

/** Texts that templates leave for the reader to fill in. */
const PLACEHOLDER = /[{}<>$]|^(your|my|the)?[-_ ]?(uu)?id([-_ ]?here)?$|^x{4,}|^(change|replace)[-_ ]?me$/i

const SECURITY_WORDS: Readonly<Record<string, Security>> = {
  ...(Object.fromEntries(SECURITIES.map((name) => [name, name])) as Record<Security, Security>),
  '': 'auto',
}

const NO_ID = new Uint8Array(16)

/** The id of a user as 16 bytes. Never quoted in a complaint: it is the secret. */
const userId: Shape<Uint8Array> = {
  blank: NO_ID,
  missing: 'VM-U01',
  read(place) {
    if (place.node.type !== 'string') {
      place.report('VM-U01', 'must be a UUID in a string', 'make one with: vmess uuid')
      return NO_ID
    }
    return parseId(place.node.value as string, place) ?? NO_ID
  },
}

function parseId(value: string, place: Place): Uint8Array | undefined {
  if (value === '' || PLACEHOLDER.test(value)) {
    place.report('VM-U02', 'the id is a placeholder, not a UUID', 'make one with: vmess uuid')
    return undefined
  }
  try {
    const { uuid, mapped } = parseUserId(value)
    if (mapped)
      place.report('VM-U03', 'a name instead of a UUID: V2Ray refuses it', 'see: vmess uuid --from NAME')
    return uuid
  } catch (error) {
    if (!isFault(error, 'VMESS_ID')) throw error
    place.report('VM-U01', `not a user id: ${error.why ?? ''}`, error.hint)
    return undefined
  }
}

const COMMON = {
  id: required(userId),
  alterId: optional(ruled('VM-A01', uint16), 0),
  level: optional(uint32, 0),
  email: optional(text, ''),
  /** Only in V2Ray 4.24 to 4.27. */
  testsEnabled: accepted(),
}

/** A user that an inbound lets in. */
export const inboundUser: Shape<VmessUserConfig> = convert(
  object({ ...COMMON, security: maybe(text), experiments: maybe(text) }),
  { uuid: NO_ID, alterId: 0, level: 0, email: '' },
  ({ id, alterId, level, email }) => ({ uuid: id, alterId, level, email }),
)

/** Fields of a user that an outbound signs in as; Xray also writes them straight into `settings`. */
export const OUTBOUND_USER_FIELDS = {
  ...COMMON,
  security: optional(wordOr(SECURITY_WORDS, 'auto', 'VM-U09'), 'auto' as const),
  experiments: optional(text, ''),
}

export interface OutboundUserValues {
  readonly id: Uint8Array
  readonly alterId: number
  readonly level: number
  readonly email: string
  readonly security: Security
  readonly experiments: string
}

/** `experiments` is searched for the names of its switches, whatever stands around them. */
export function makeOutboundUser(values: OutboundUserValues): VmessOutboundUser {
  const { id, alterId, level, email, security, experiments } = values
  return {
    uuid: id,
    alterId,
    level,
    email,
    security,
    authenticatedLength: experiments.includes('AuthenticatedLength'),
    noTerminationSignal: experiments.includes('NoTerminationSignal'),
  }
}

export const outboundUser: Shape<VmessOutboundUser> = convert(
  object(OUTBOUND_USER_FIELDS),
  makeOutboundUser({ id: NO_ID, alterId: 0, level: 0, email: '', security: 'auto', experiments: '' }),
  makeOutboundUser,
)
