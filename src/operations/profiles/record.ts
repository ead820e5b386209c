/** Profiles as the store keeps them: JSON with the field names of `Profile`. */
import { SECURITIES } from '../../account/security.js'
import { formatUuid, parseUserId } from '../../account/uuid.js'
import type { JsonValue, Network, Profile } from '../../dialects/profile.js'
import { Fault } from '../../faults/fault.js'

export type JsonObject = { readonly [key: string]: JsonValue }

/** What each network has to have, and of which type; whatever else is there is taken as it is. */
const TRANSPORTS: Readonly<Record<Network, Readonly<Record<string, 'string' | 'array'>>>> = {
  tcp: { header: 'string' },
  ws: { host: 'string', path: 'string' },
  httpupgrade: { host: 'string', path: 'string' },
  xhttp: { host: 'string', path: 'string', mode: 'string', settings: 'string' },
  h2: { hosts: 'array', path: 'string' },
  grpc: { serviceName: 'string', mode: 'string', authority: 'string' },
  kcp: { header: 'string', seed: 'string' },
  quic: { header: 'string', security: 'string', key: 'string' },
}
const TLS = {
  serverName: 'string',
  alpn: 'array',
  fingerprint: 'string',
  insecure: 'boolean',
  pinnedSha256: 'string',
  verifyName: 'string',
} as const

/** Everything but the name, which the store has beside it. */
export function profileToRecord({ name: _name, uuid, extra, ...rest }: Profile): JsonObject {
  const fields = { ...rest, uuid: formatUuid(uuid) } as unknown as JsonObject
  return extra.size === 0 ? fields : { ...fields, extra: Object.fromEntries(extra) }
}

/** Throws `PROFILE_DAMAGED`, naming the field. */
export function recordToProfile(name: string, record: JsonValue | undefined): Profile {
  const fields = objectOf(record, 'profile')
  const { uuid, extra, ...rest } = fields
  const port = rest.port
  const alterId = rest.alterId
  check(typeof rest.server === 'string' && rest.server !== '', 'server')
  check(isWhole(port, 1, 65_535), 'port')
  check(isWhole(alterId, 0, 65_535), 'alterId')
  check(
    SECURITIES.some((security) => security === rest.security),
    'security',
  )
  check(typeof uuid === 'string' && uuid.length > 30, 'uuid')
  const transport = objectOf(rest.transport, 'transport')
  const known = Object.hasOwn(TRANSPORTS, String(transport.network))
  check(known, 'transport.network')
  checkTypes(transport, TRANSPORTS[transport.network as Network], 'transport')
  if (rest.tls !== undefined) checkTypes(objectOf(rest.tls, 'tls'), TLS, 'tls')
  return {
    ...(rest as unknown as Omit<Profile, 'name' | 'uuid' | 'extra'>),
    name,
    uuid: parseUserId(uuid as string).uuid,
    extra: new Map(Object.entries(extra === undefined ? {} : objectOf(extra, 'extra'))),
  }
}

function checkTypes(fields: JsonObject, types: Readonly<Record<string, string>>, place: string): void {
  for (const [key, type] of Object.entries(types)) {
    const value = fields[key]
    const holds =
      type === 'array'
        ? Array.isArray(value) && value.every((item) => typeof item === 'string')
        : typeof value === type
    check(holds, `${place}.${key}`)
  }
}

function objectOf(value: JsonValue | undefined, field: string): JsonObject {
  check(typeof value === 'object' && value !== null && !Array.isArray(value), field)
  return value as JsonObject
}

function isWhole(value: JsonValue | undefined, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}

function check(holds: boolean, field: string): void {
  if (!holds)
    throw new Fault('PROFILE_DAMAGED', { why: `its field ${field} is missing or has a wrong value` })
}
