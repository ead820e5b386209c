/** What is left of a profile in a dialect, and what is not. */
import { formatHostPort } from '../address/destination.js'
import { type DialectId, DIALECT_TITLES } from './dialect-ids.js'
import { DIALECT_SUPPORT, supportOf } from './dialect-support.js'
import { cleanName } from './display-text.js'
import { refuseField } from './link-fields.js'
import { tlsNameFor } from './link-values.js'
import { toAsciiHost } from './link-writing.js'
import type { Profile, ProfileTls, ProfileTransport } from './profile.js'
import {
  breaksWithout,
  FIELD_NAMES,
  type FieldName,
  PROFILE_FIELDS,
  type ProfileField,
} from './profile-fields.js'
import type { Partly } from './support-conditions.js'
import { hostsOf } from './transport-values.js'

/** One thing that a dialect has no place for. */
export interface ProfileLoss {
  /** A field of the profile, or `extra` for one that only another dialect knows. */
  readonly field: FieldName | 'extra'
  /** The field for people. */
  readonly title: string
  /** What stood there; empty for secrets and for what nobody here knows. May hold any character. */
  readonly value: string
  /** The tunnel does not work without it, or no longer keeps what it promised. */
  readonly breaks: boolean
  readonly why: string
}

export interface FittedProfile {
  /** What can be written; undefined when nothing useful is left, such as without the transport. */
  readonly profile: Profile | undefined
  readonly losses: readonly ProfileLoss[]
}

/**
 * The part of a profile that a dialect carries, in its normal form, and the fields it does not. Throws
 * `LINK_FIELD` for a profile that is not whole.
 */
export function fitProfile(original: Profile, dialect: DialectId): FittedProfile {
  const start = normalProfile(original)
  const losses: ProfileLoss[] = []
  let fitted: Profile | undefined = { ...DIALECT_SUPPORT[dialect].fills, ...start }
  for (const name of FIELD_NAMES) {
    const field: ProfileField = PROFILE_FIELDS[name]
    const support = supportOf(dialect, name)
    const value = field.of(start)
    if (value === undefined || support === 'yes') continue
    if (support !== 'no' && support.fits(start)) continue
    losses.push(lossOf(name, { profile: start, dialect, ...(support !== 'no' && { partly: support }) }))
    fitted = fitted && shrink(fitted, field, support === 'no' ? undefined : support)
  }
  const keepsExtra = start.extraOf === dialect
  if (keepsExtra) return { profile: fitted, losses }
  losses.push(...[...start.extra.keys()].map((key) => extraLoss(key, dialect)))
  if (fitted === undefined) return { profile: undefined, losses }
  const { extraOf: _, ...rest } = fitted
  return { profile: { ...rest, extra: new Map() }, losses }
}

function shrink(profile: Profile, field: ProfileField, partly: Partly | undefined): Profile | undefined {
  if (partly?.fit !== undefined) return partly.fit(profile)
  return field.without?.(profile)
}

interface Shortcoming {
  readonly profile: Profile
  readonly dialect: DialectId
  readonly partly?: Partly
}

function lossOf(name: FieldName, { profile, dialect, partly }: Shortcoming): ProfileLoss {
  const field: ProfileField = PROFILE_FIELDS[name]
  const title = DIALECT_TITLES[dialect]
  return {
    field: name,
    title: field.title,
    value: field.secret === true ? '' : (field.of(profile) ?? ''),
    breaks: partly?.harmless === true ? false : breaksWithout(name, profile),
    why:
      partly === undefined ? `${title} has no place for it` : `${title} carries it in part: ${partly.note}`,
  }
}

function extraLoss(key: string, dialect: DialectId): ProfileLoss {
  const why = `nobody here knows what ${DIALECT_TITLES[dialect]} would call it`
  return { field: 'extra', title: key, value: '', breaks: false, why }
}

/**
 * The same profile as every reader gives it: a name on one line, the server in ASCII, paths that begin
 * with a slash, and the TLS name said (share-formats §1). Throws `LINK_FIELD` for one that is not whole.
 */
export function normalProfile(profile: Profile): Profile {
  const { port, uuid, tls } = profile
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw refuseField('port', `${port} is not between 1 and 65535`)
  }
  if (uuid.length !== 16) throw refuseField('id', 'it is not 16 bytes long')
  const server = toAsciiHost(profile.server)
  const transport = normalTransport(profile.transport)
  return {
    ...profile,
    name: cleanName(profile.name) || formatHostPort(server, port),
    server,
    transport,
    ...(tls !== undefined && {
      tls: normalTls({
        ...tls,
        serverName: tls.serverName || tlsNameFor({ hosts: hostsOf(transport), server }),
      }),
    }),
  }
}

/**
 * REALITY checks keys in place of certificates: what is said about those means nothing. It is made of
 * uTLS: sing-box and mihomo refuse it without a fingerprint, and where Xray is given none it takes chrome.
 */
function normalTls(tls: ProfileTls): ProfileTls {
  const { serverName, fingerprint, reality } = tls
  if (reality === undefined) return tls
  const unused = { alpn: [], insecure: false, pinnedSha256: '', verifyName: '' }
  return { serverName, fingerprint: fingerprint || 'chrome', ...unused, reality }
}

function normalTransport(transport: ProfileTransport): ProfileTransport {
  if (!('path' in transport)) return transport
  const { path } = transport
  return path.startsWith('/') ? transport : { ...transport, path: `/${path}` }
}
