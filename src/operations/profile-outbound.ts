/** Profiles of share links ↔ what the engine runs. */
import type {
  Config,
  EarlyDataConfig,
  HttpHeaderConfig,
  HttpPlaceConfig,
  InboundConfig,
  MuxConfig,
  NetworkConfig,
  StreamConfig,
  VmessOutboundSettings,
  VmessServerConfig,
} from '../config/config.js'
import { DEFAULT_H2 } from '../config/h2-settings.js'
import { DEFAULT_HTTP_HEADER } from '../config/http-header.js'
import { DEFAULT_MUX } from '../config/mux.js'
import { checkConfig } from '../config/v2ray-json.js'
import { displayText } from '../dialects/display-text.js'
import type { Profile, ProfileHeaders, ProfileTransport, UpgradePlace } from '../dialects/profile.js'
import { writeV2rayJson } from '../dialects/v2ray-writer.js'
import { Fault } from '../faults/fault.js'
import { clientServiceName } from '../grpc/service-path.js'
import { kcpFromProfile, kcpProfileOf } from './profile-kcp.js'
import { profileTlsOf, tlsFromProfile } from './profile-tls.js'

export interface ProfileConfig {
  readonly server: VmessServerConfig
  readonly stream: StreamConfig
  /** Absent: each flow has a connection of its own. */
  readonly mux?: MuxConfig
  readonly packetEncoding: NonNullable<VmessOutboundSettings['packetEncoding']>
}

/**
 * The server and stream settings a profile asks for. Throws `CONFIG_UNSUPPORTED`, naming what is asked
 * for, when that cannot be run yet: never something weaker in its place.
 */
export function profileToConfig(profile: Profile): ProfileConfig {
  const user = {
    uuid: profile.uuid,
    alterId: profile.alterId,
    level: 0,
    email: '',
    security: profile.security,
    authenticatedLength: profile.authenticatedLength ?? false,
    noTerminationSignal: false,
  }
  const config = {
    server: { address: profile.server, port: profile.port, users: [user] },
    stream: streamOf(profile),
    packetEncoding: encodingOf(profile),
    ...muxOf(profile),
  }
  assertConfigTakesIt(profile)
  return config
}

/** What no configuration may say (a header with a line break, a size out of bounds) comes in by no link either. */
function assertConfigTakesIt(profile: Profile): void {
  const checked = checkConfig(writeV2rayJson([profile], 'v2ray'))
  const error = checked.ok ? undefined : checked.issues.find(({ severity }) => severity === 'error')
  if (error === undefined) return
  throw new Fault('CONFIG_UNSUPPORTED', {
    why: `${error.path.replace('/outbounds/0/', '')}: ${error.message}`,
    ...(error.hint !== undefined && { hint: error.hint }),
  })
}

/** Links have an older word for packetaddr than configurations. */
function encodingOf({ packetEncoding = 'none' }: Profile): ProfileConfig['packetEncoding'] {
  return packetEncoding === 'packetaddr' ? 'packet' : packetEncoding
}

function muxOf({ mux }: Profile): { readonly mux?: MuxConfig } {
  if (mux?.enabled !== true) return {}
  const { concurrency = DEFAULT_MUX.concurrency } = mux
  return { mux: { ...DEFAULT_MUX, concurrency } }
}

type TcpDisguise = Extract<ProfileTransport, { network: 'tcp'; header: 'http' }>

function streamOf({ transport, tls }: Profile): StreamConfig {
  const carried = networkOf(transport)
  return tls === undefined
    ? { ...carried, security: 'none' }
    : { ...carried, security: 'tls', tls: tlsFromProfile(tls) }
}

function networkOf(transport: ProfileTransport): NetworkConfig {
  switch (transport.network) {
    case 'tcp':
      return transport.header === 'none'
        ? { network: 'tcp' }
        : { network: 'tcp', header: disguiseOf(transport) }
    case 'h2': {
      const { hosts, path, method = DEFAULT_H2.method, headers = {} } = transport
      return {
        ...DEFAULT_H2,
        path,
        hosts: hosts.length === 0 ? DEFAULT_H2.hosts : hosts,
        method,
        headers: lowerNames(headers),
      }
    }
    case 'grpc': {
      const { serviceName, mode, authority, userAgent } = transport
      return {
        network: 'grpc',
        serviceName,
        multi: mode === 'multi',
        ...(authority === '' ? {} : { authority }),
        ...(userAgent !== undefined && { userAgent }),
      }
    }
    case 'ws': {
      return { network: 'ws', ...placeOf(transport), ...earlyOf(transport) }
    }
    case 'httpupgrade':
      return { network: 'httpupgrade', ...placeOf(transport) }
    case 'kcp':
      return kcpFromProfile(transport)
    default:
      throw new Fault('CONFIG_UNSUPPORTED', {
        why: `network ${transport.network} is not supported yet; supported: tcp, ws, httpupgrade, h2, grpc, kcp`,
      })
  }
}

/** HTTP/2 has no other. */
function lowerNames(headers: ProfileHeaders): ProfileHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function placeOf({ path, host, headers = {} }: UpgradePlace): HttpPlaceConfig {
  return { path: path === '' ? '/' : path, headers, ...(host !== '' && { host }) }
}

/** No header: appended to the path. */
function earlyOf({ earlyData }: UpgradePlace): { readonly earlyData?: EarlyDataConfig } {
  if (earlyData === undefined) return {}
  const { bytes, header } = earlyData
  return { earlyData: header === '' ? { bytes } : { bytes, header } }
}

/** The disguise of a link: V2Ray's own, with the paths and hosts that the link names. */
function disguiseOf({ hosts, paths, method, headers }: TcpDisguise): HttpHeaderConfig {
  const { request, response } = DEFAULT_HTTP_HEADER
  const others = headers ?? request.headers
  return {
    request: {
      ...request,
      ...(method !== undefined && { method }),
      headers: hosts.length === 0 ? others : { ...others, Host: hosts },
      paths: paths.length === 0 ? request.paths : paths,
    },
    response,
  }
}

export interface ShareChoice {
  /** Where clients reach the server: a domain or an IP address. */
  readonly address: string
  /** The port clients use, when something in front of the server changes it. */
  readonly port?: number
  /** Which vmess inbound, by tag. The first one unless given. */
  readonly inboundTag?: string
  /** Which of its users, from 0. The first one unless given. */
  readonly user?: number
  /** The user's email, or the address, unless given. */
  readonly name?: string
}

/**
 * The profile for clients of one user of a server's configuration. Throws `CONFIG_NO_SHARE_LINK` when
 * there is no such inbound or user, or the inbound has no port.
 */
export function profileFromConfig(config: Config, choice: ShareChoice): Profile {
  const inbound = findVmessInbound(config, choice.inboundTag)
  const index = choice.user ?? 0
  const user = inbound.settings.users[index]
  if (user === undefined) {
    throw new Fault('CONFIG_NO_SHARE_LINK', {
      why: `user ${index} of ${inbound.settings.users.length} (counted from 0)`,
    })
  }
  const port = choice.port ?? (inbound.listen.kind === 'tcp' ? inbound.listen.ports[0] : undefined)
  if (port === undefined) throw new Fault('CONFIG_NO_SHARE_LINK', { why: 'the inbound listens on no port' })
  return {
    name: choice.name ?? (user.email === '' ? choice.address : user.email),
    server: choice.address,
    port,
    uuid: user.uuid,
    alterId: user.alterId,
    security: 'auto',
    transport: transportOf(inbound.stream),
    ...(inbound.stream.security === 'tls' && { tls: profileTlsOf(inbound.stream.tls, choice.address) }),
    extra: new Map(),
  }
}

function transportOf(stream: StreamConfig): ProfileTransport {
  switch (stream.network) {
    case 'tcp':
      return stream.header === undefined ? { network: 'tcp', header: 'none' } : disguiseFor(stream.header)
    case 'ws': {
      const { path, host = '', earlyData } = stream
      // Links can only name early data that travels in a header.
      const early = earlyData?.header && { earlyData: { bytes: earlyData.bytes, header: earlyData.header } }
      return { network: 'ws', path, host, ...early }
    }
    case 'httpupgrade':
      return { network: 'httpupgrade', path: stream.path, host: stream.host ?? '' }
    case 'h2':
      return { network: 'h2', hosts: stream.hosts, path: stream.path }
    case 'grpc':
      return {
        network: 'grpc',
        serviceName: clientServiceName(stream.serviceName, stream.multi),
        mode: stream.multi ? 'multi' : 'gun',
        authority: stream.authority ?? '',
      }
    case 'kcp':
      return kcpProfileOf(stream)
  }
}

/** What clients have to say in their disguise. They choose hosts of their own unless the server names some. */
function disguiseFor({ request: { headers, paths } }: HttpHeaderConfig): TcpDisguise {
  const named = Object.entries(headers).find(([name]) => name.toLowerCase() === 'host')?.[1] ?? []
  const hosts = headers === DEFAULT_HTTP_HEADER.request.headers ? [] : named
  return { network: 'tcp', header: 'http', hosts, paths }
}

type VmessInbound = Extract<InboundConfig, { protocol: 'vmess' }>

function findVmessInbound(config: Config, tag: string | undefined): VmessInbound {
  const candidates = config.inbounds.filter(
    (inbound): inbound is VmessInbound => inbound.protocol === 'vmess',
  )
  const found = tag === undefined ? candidates[0] : candidates.find((inbound) => inbound.tag === tag)
  if (found !== undefined) return found
  const wanted = tag === undefined ? 'no vmess inbound' : `no vmess inbound with the tag ${displayText(tag)}`
  throw new Fault('CONFIG_NO_SHARE_LINK', { why: wanted })
}
