/**
 * The fields of a profile one by one: what stands in them, what is left without them, and whether the
 * tunnel still works then. What a dialect can carry is said in these terms (`dialect-support.ts`).
 */
import type { Profile, ProfileTls, ProfileTransport } from './profile.js'

export interface ProfileField {
  /** For people. */
  readonly title: string
  /** The value is a secret: reports leave it out. */
  readonly secret?: true
  /** Losing it breaks the tunnel, or what it promises. */
  readonly breaks?: true | ((profile: Profile) => boolean)
  /** What stands there, as text; undefined when the profile says nothing about it. */
  of(profile: Profile): string | undefined
  /** The profile without it. Absent: there is no such profile. */
  without?(profile: Profile): Profile
}

type Of<N extends ProfileTransport['network']> = Extract<ProfileTransport, { network: N }>
type HttpTcp = Extract<ProfileTransport, { network: 'tcp'; header: 'http' }>

function carrier<N extends ProfileTransport['network']>(
  { transport }: Profile,
  ...networks: readonly N[]
): Of<N> | undefined {
  return networks.some((network) => network === transport.network) ? (transport as Of<N>) : undefined
}

function disguised({ transport }: Profile): HttpTcp | undefined {
  return transport.network === 'tcp' && transport.header === 'http' ? transport : undefined
}

/** A transport that a target cannot do without naming it. */
function network(title: string, matches: (transport: ProfileTransport) => boolean): ProfileField {
  return {
    title,
    breaks: true,
    of: ({ transport }) => (matches(transport) ? title : undefined),
  }
}

function withTransport(profile: Profile, change: object): Profile {
  return { ...profile, transport: { ...profile.transport, ...change } as ProfileTransport }
}

/** The profile with some keys of its transport gone. */
function dropKeys(profile: Profile, ...keys: readonly string[]): Profile {
  const rest = Object.entries(profile.transport).filter(([key]) => !keys.includes(key))
  return { ...profile, transport: Object.fromEntries(rest) as unknown as ProfileTransport }
}

function tlsField(
  title: string,
  key: Exclude<keyof ProfileTls, 'reality'>,
  breaks?: ProfileField['breaks'],
): ProfileField {
  const blank: Partial<ProfileTls> = { serverName: '', fingerprint: '', pinnedSha256: '', verifyName: '' }
  return {
    title,
    ...(breaks !== undefined && { breaks }),
    of: ({ tls }) => textOf(tls?.[key]),
    without(profile) {
      if (profile.tls === undefined) return profile
      const { [key]: _, ...rest } = profile.tls
      const filled = key in blank ? { ...rest, [key]: blank[key] } : rest
      return { ...profile, tls: { alpn: [], insecure: false, ...filled } as unknown as ProfileTls }
    },
  }
}

/** Without a pin, a certificate that is not checked otherwise would not be checked at all. */
const nothingElseChecks = ({ tls }: Profile): boolean => tls?.insecure === true

function optionField(title: string, key: 'udp' | 'globalPadding' | 'authenticatedLength'): ProfileField {
  return {
    title,
    of: (profile) => (profile[key] === undefined ? undefined : String(profile[key])),
    without: ({ [key]: _, ...rest }) => rest,
  }
}

function textOf(value: string | readonly string[] | boolean | undefined): string | undefined {
  if (value === undefined || value === false || value.toString() === '') return undefined
  return typeof value === 'object' ? value.join(',') : String(value)
}

function countOf(headers: object | undefined): string | undefined {
  const names = Object.keys(headers ?? {})
  return names.length === 0 ? undefined : names.join(', ')
}

const TUNING = [
  'uplinkCapacity',
  'downlinkCapacity',
  'congestion',
  'readBufferSize',
  'writeBufferSize',
] as const

export const PROFILE_FIELDS = {
  name: { title: 'name', of: ({ name }) => textOf(name) },
  alterId: {
    title: 'alterId above 0',
    breaks: true,
    of: ({ alterId }) => (alterId > 0 ? String(alterId) : undefined),
    without: (profile) => ({ ...profile, alterId: 0 }),
  },
  security: {
    title: 'cipher',
    of: ({ security }) => security,
    without: (profile) => ({ ...profile, security: 'auto' }),
  },
  udp: optionField('UDP relay', 'udp'),
  packetEncoding: {
    title: 'packet encoding',
    of: ({ packetEncoding }) => packetEncoding,
    without: ({ packetEncoding: _, ...rest }) => rest,
  },
  globalPadding: optionField('global padding', 'globalPadding'),
  authenticatedLength: optionField('authenticated length', 'authenticatedLength'),
  mux: {
    title: 'mux',
    of({ mux }) {
      if (mux === undefined) return undefined
      const state = mux.enabled ? 'on' : 'off'
      return mux.concurrency === undefined ? state : `${state}, ${mux.concurrency}`
    },
    without: ({ mux: _, ...rest }) => rest,
  },
  tcp: network(
    'tcp',
    ({ network: name, ...rest }) => name === 'tcp' && 'header' in rest && rest.header === 'none',
  ),
  tcpHttp: network('tcp with HTTP header', (t) => t.network === 'tcp' && t.header === 'http'),
  ws: network('ws', (t) => t.network === 'ws'),
  httpupgrade: network('httpupgrade', (t) => t.network === 'httpupgrade'),
  xhttp: network('xhttp', (t) => t.network === 'xhttp'),
  h2: network('h2', (t) => t.network === 'h2'),
  grpc: network('grpc', (t) => t.network === 'grpc'),
  kcp: network('mKCP', (t) => t.network === 'kcp'),
  quic: network('quic (old)', (t) => t.network === 'quic'),
  hosts: {
    title: 'several hosts',
    of: (profile) => {
      const hosts = (disguised(profile) ?? carrier(profile, 'h2'))?.hosts ?? []
      return hosts.length > 1 ? hosts.join(',') : undefined
    },
    without: (profile) =>
      withTransport(profile, {
        hosts: ((disguised(profile) ?? carrier(profile, 'h2'))?.hosts ?? []).slice(0, 1),
      }),
  },
  paths: {
    title: 'several paths',
    of: (profile) => {
      const paths = disguised(profile)?.paths ?? []
      return paths.length > 1 ? paths.join(',') : undefined
    },
    without: (profile) => withTransport(profile, { paths: (disguised(profile)?.paths ?? []).slice(0, 1) }),
  },
  method: {
    title: 'request method',
    of: (profile) => (disguised(profile) ?? carrier(profile, 'h2'))?.method,
    without: (profile) => dropKeys(profile, 'method'),
  },
  headers: {
    title: 'further headers',
    of: (profile) => countOf((disguised(profile) ?? carrier(profile, 'ws', 'httpupgrade', 'h2'))?.headers),
    without: (profile) => dropKeys(profile, 'headers'),
  },
  earlyData: {
    title: 'early data',
    of(profile) {
      const early = carrier(profile, 'ws', 'httpupgrade')?.earlyData
      return early && `${early.bytes} bytes in ${early.header}`
    },
    without: (profile) => dropKeys(profile, 'earlyData'),
  },
  xhttpMode: {
    title: 'xhttp mode',
    of(profile) {
      const mode = carrier(profile, 'xhttp')?.mode
      return mode === 'auto' ? undefined : mode
    },
    without: (profile) => withTransport(profile, { mode: 'auto' }),
  },
  xhttpSettings: {
    title: 'xhttp settings',
    breaks: true,
    of: (profile) => (carrier(profile, 'xhttp')?.settings ? 'a JSON object' : undefined),
    without: (profile) => withTransport(profile, { settings: '' }),
  },
  grpcMode: {
    title: 'grpc mode',
    of(profile) {
      const mode = carrier(profile, 'grpc')?.mode
      return mode === 'gun' ? undefined : mode
    },
    without: (profile) => withTransport(profile, { mode: 'gun' }),
  },
  authority: {
    title: 'grpc authority',
    of: (profile) => textOf(carrier(profile, 'grpc')?.authority),
    without: (profile) => withTransport(profile, { authority: '' }),
  },
  userAgent: {
    title: 'grpc user agent',
    of: (profile) => carrier(profile, 'grpc')?.userAgent,
    without: (profile) => dropKeys(profile, 'userAgent'),
  },
  disguise: {
    title: 'packet disguise',
    breaks: true,
    of(profile) {
      const header = carrier(profile, 'kcp', 'quic')?.header
      return header === 'none' ? undefined : header
    },
    without: (profile) => withTransport(profile, { header: 'none' }),
  },
  seed: {
    title: 'mKCP seed',
    secret: true,
    breaks: true,
    of: (profile) => textOf(carrier(profile, 'kcp')?.seed),
    without: (profile) => withTransport(profile, { seed: '' }),
  },
  kcpSizes: {
    title: 'mKCP mtu and tti',
    of(profile) {
      const { mtu, tti } = carrier(profile, 'kcp') ?? {}
      if (mtu === undefined && tti === undefined) return undefined
      return [mtu === undefined ? [] : `mtu ${mtu}`, tti === undefined ? [] : `tti ${tti}`].flat().join(', ')
    },
    without: (profile) => dropKeys(profile, 'mtu', 'tti'),
  },
  kcpTuning: {
    title: 'mKCP capacities and buffers',
    of(profile) {
      const kcp = carrier(profile, 'kcp')
      const given = TUNING.filter((key) => kcp?.[key] !== undefined)
      return given.length === 0 ? undefined : given.map((key) => `${key} ${kcp?.[key]}`).join(', ')
    },
    without: (profile) => dropKeys(profile, ...TUNING),
  },
  quicSecurity: {
    title: 'quic security and key',
    secret: true,
    breaks: true,
    of(profile) {
      const { security = 'none', key = '' } = carrier(profile, 'quic') ?? {}
      return security === 'none' && key === '' ? undefined : security
    },
    without: (profile) => withTransport(profile, { security: 'none', key: '' }),
  },
  tls: {
    title: 'TLS',
    breaks: true,
    of: ({ tls }) => (tls === undefined ? undefined : 'on'),
  },
  sni: tlsField('TLS name', 'serverName', true),
  alpn: tlsField('ALPN', 'alpn'),
  fingerprint: tlsField('uTLS fingerprint', 'fingerprint'),
  insecure: tlsField('certificate not checked', 'insecure', true),
  pin: tlsField('certificate pin', 'pinnedSha256', nothingElseChecks),
  pinKey: tlsField('pin of the key', 'pinnedKeySha256', nothingElseChecks),
  pinChain: tlsField('pin of the chain', 'pinnedChainSha256', nothingElseChecks),
  verifyName: tlsField('name to verify', 'verifyName', true),
  ech: tlsField('Encrypted Client Hello', 'ech'),
  reality: {
    title: 'REALITY',
    breaks: true,
    of: ({ tls }) => (tls?.reality === undefined ? undefined : 'on'),
  },
  spiderX: {
    title: 'REALITY spiderX',
    of: ({ tls }) => textOf(tls?.reality?.spiderX),
    without(profile) {
      const { tls } = profile
      if (tls?.reality === undefined) return profile
      return { ...profile, tls: { ...tls, reality: { ...tls.reality, spiderX: '' } } }
    },
  },
} as const satisfies Readonly<Record<string, ProfileField>>

export type FieldName = keyof typeof PROFILE_FIELDS
export const FIELD_NAMES = Object.keys(PROFILE_FIELDS) as readonly FieldName[]

/** Whether the tunnel of this profile depends on the field. */
export function breaksWithout(name: FieldName, profile: Profile): boolean {
  const { breaks }: ProfileField = PROFILE_FIELDS[name]
  return typeof breaks === 'function' ? breaks(profile) : breaks === true
}
