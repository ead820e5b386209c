/** Conditions under which a dialect carries a field in part. */
import type { Security } from '../account/security.js'
import { lineName } from './line-names.js'
import type { EarlyData, Profile, ProfileTransport } from './profile.js'
import { XRAY_EARLY_DATA_HEADER } from './transport-values.js'

/** A field that is carried for some values. */
export interface Partly {
  /** Which ones, for people. */
  readonly note: string
  fits(profile: Profile): boolean
  /** The nearest profile that fits; without this, the profile without the field. */
  fit?(profile: Profile): Profile
  /** Unlike the field as a whole, losing what does not fit breaks nothing. */
  readonly harmless?: true
}

/** Some ciphers; another becomes `fallback`, which every server understands. */
export function ciphers(fallback: Security, ...carried: readonly Security[]): Partly {
  const all = [fallback, ...carried]
  return {
    note: all.join(', '),
    fits: ({ security }) => all.includes(security),
    fit: (profile) => ({ ...profile, security: fallback }),
  }
}

/** A WebSocket begins with HTTP/1.1: `h2` in its list breaks servers behind some CDNs (share-formats §13.2). */
export const alpn: Partly = {
  note: 'of ws and httpupgrade: http/1.1 alone',
  fits: ({ tls, transport }) => !upgrades(transport) || tls?.alpn.join(',') === 'http/1.1',
  fit: (profile) =>
    profile.tls === undefined ? profile : { ...profile, tls: { ...profile.tls, alpn: ['http/1.1'] } },
}

export const oneAlpn: Partly = {
  note: 'one',
  fits: (profile) => alpn.fits(profile) && profile.tls?.alpn.length === 1,
  fit(profile) {
    const { tls } = alpn.fits(profile) ? profile : (alpn.fit?.(profile) ?? profile)
    return tls === undefined ? profile : { ...profile, tls: { ...tls, alpn: tls.alpn.slice(0, 1) } }
  },
}

function upgrades({ network }: ProfileTransport): boolean {
  return network === 'ws' || network === 'httpupgrade'
}

function earlyOf({ transport }: Profile): EarlyData | undefined {
  return 'earlyData' in transport ? transport.earlyData : undefined
}

export const xrayEarlyData: Partly = {
  note: `?ed=, which means ${XRAY_EARLY_DATA_HEADER}`,
  fits: (profile) => earlyOf(profile)?.header === XRAY_EARLY_DATA_HEADER,
}

export const headerEarlyData: Partly = {
  note: 'in a header',
  fits: (profile) => earlyOf(profile)?.header !== '',
}

/** The key is one of ours: Xray neither reads it nor speaks another encoding. */
export const alwaysXudp: Partly = {
  note: 'xudp, which is all that Xray speaks',
  fits: ({ packetEncoding }) => packetEncoding === 'xudp',
}

export const onlySwitchedOn: Partly = {
  note: 'on; off is what its absence means',
  fits: ({ authenticatedLength }) => authenticatedLength === true,
}

export function of(note: string, ...networks: readonly ProfileTransport['network'][]): Partly {
  return { note, fits: ({ transport }) => networks.includes(transport.network) }
}

export const withTls: Partly = { note: 'with TLS', fits: ({ tls }) => tls !== undefined }

/** A program refuses the whole file for a name of uTLS that it does not know; without one it looks like Go. */
export function fingerprints(note: string, known: RegExp): Partly {
  return {
    note,
    fits: ({ tls }) => known.test(tls?.fingerprint ?? ''),
    fit(profile) {
      if (profile.tls === undefined) return profile
      // REALITY has to look like something.
      const fingerprint = profile.tls.reality === undefined ? '' : 'chrome'
      return { ...profile, tls: { ...profile.tls, fingerprint } }
    },
  }
}

export const hexPin: Partly = {
  note: 'in hex',
  fits: ({ tls }) => /^[\da-f]{64}$/i.test(tls?.pinnedSha256 ?? ''),
}

export const xhttpModes: Partly = {
  note: 'auto, packet-up, stream-up, stream-one',
  fits: ({ transport }) =>
    transport.network === 'xhttp' && ['packet-up', 'stream-up', 'stream-one'].includes(transport.mode),
}

/** Programs refuse the whole file for a key or a short id that cannot be one, Xray also for other transports. */
export function realityOver(...networks: readonly ProfileTransport['network'][]): Partly {
  const over = networks.length === 0 ? '' : `over ${networks.join(', ')}, `
  return {
    note: `${over}with a key of 32 bytes in base64url`,
    fits: ({ tls, transport }) =>
      tls?.reality !== undefined &&
      /^[\w-]{43}$/.test(tls.reality.publicKey) &&
      /^([\da-f]{2}){0,8}$/i.test(tls.reality.shortId) &&
      (networks.length === 0 || networks.includes(transport.network)),
  }
}

/** Xray refuses one without a slash, and crashes at an escape that is none. */
export const rootedSpiderX: Partly = {
  note: 'beginning with /, without stray %',
  fits: ({ tls }) => isRootedPath(tls?.reality?.spiderX ?? ''),
  fit(profile) {
    const { tls } = profile
    if (tls?.reality === undefined) return profile
    const rooted = `/${tls.reality.spiderX}`
    const spiderX = isRootedPath(rooted) ? rooted : ''
    return { ...profile, tls: { ...tls, reality: { ...tls.reality, spiderX } } }
  },
}

function isRootedPath(text: string): boolean {
  return text.startsWith('/') && !/%(?![\da-f]{2})/i.test(text)
}

export const legacySwitch: Partly = {
  note: 'on or off, no number',
  fits: ({ alterId }) => alterId === 1,
  fit: (profile) => ({ ...profile, alterId: 1 }),
  harmless: true,
}

export const muxSwitch: Partly = {
  note: 'on or off, no number',
  fits: ({ mux }) => mux?.concurrency === undefined,
  fit: ({ mux, ...rest }) => ({ ...rest, ...(mux && { mux: { enabled: mux.enabled } }) }),
}

export const safeName: Partly = {
  note: 'without = , and "',
  fits: ({ name }) => lineName(name) === name,
  fit: (profile) => ({ ...profile, name: lineName(profile.name) }),
}
