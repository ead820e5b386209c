/** Outbounds of V2Ray 4 and Xray (share-formats §9.2, §9.3). */
import { formatUuid } from '../account/uuid.js'
import { V2RAY_HTTP_HEADS } from '../disguise/http-heads.js'
import { defined } from './defined.js'
import { setPointer } from './json-pointer.js'
import type { JsonValue, Profile, ProfileHeaders, ProfileTls, ProfileTransport } from './profile.js'
import { joinPath } from './transport-values.js'

type JsonObject = { readonly [key: string]: JsonValue }
type Flavour = 'v2ray' | 'xray'

/** A file with an outbound for each profile that fits. */
export function writeV2rayJson(profiles: readonly Profile[], flavour: Flavour): string {
  const outbounds = profiles.map((profile) => outboundOf(profile, flavour))
  return `${JSON.stringify({ outbounds }, null, 2)}\n`
}

function outboundOf(profile: Profile, flavour: Flavour): JsonObject {
  const { mux } = profile
  const user = compact({
    id: formatUuid(profile.uuid),
    alterId: flavour === 'v2ray' ? profile.alterId : undefined,
    security: profile.security,
    experiments: profile.authenticatedLength === true ? 'AuthenticatedLength' : undefined,
  })
  const outbound = compact({
    tag: profile.name,
    protocol: 'vmess',
    settings: compact({
      vnext: [{ address: profile.server, port: profile.port, users: [user] }],
      packetEncoding: packetWord(profile.packetEncoding),
    }),
    streamSettings: streamOf(profile, flavour),
    mux: mux && compact({ ...mux }),
  })
  return [...profile.extra].reduce((result, [at, value]) => setPointer(result, at, value), outbound)
}

function packetWord(encoding: Profile['packetEncoding']): string | undefined {
  return encoding === 'packetaddr' ? 'packet' : encoding
}

function streamOf({ transport, tls }: Profile, flavour: Flavour): JsonObject {
  return compact({
    ...transportOf(transport, flavour),
    security: tls === undefined ? 'none' : tls.reality === undefined ? 'tls' : 'reality',
    ...(tls === undefined ? {} : tls.reality === undefined ? { tlsSettings: tlsOf(tls) } : realityOf(tls)),
  })
}

function transportOf(transport: ProfileTransport, flavour: Flavour): JsonObject {
  switch (transport.network) {
    case 'tcp':
      return transport.header === 'none'
        ? { network: 'tcp' }
        : { network: 'tcp', tcpSettings: { header: disguiseOf(transport) } }
    case 'ws':
      return { network: 'ws', wsSettings: placeOf(transport, flavour) }
    case 'httpupgrade':
      return { network: 'httpupgrade', httpupgradeSettings: placeOf(transport, flavour) }
    case 'xhttp':
      return { network: 'xhttp', xhttpSettings: xhttpOf(transport) }
    case 'h2': {
      const { hosts, path, method, headers } = transport
      const lists =
        headers && Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
      return { network: 'http', httpSettings: compact({ host: hosts, path, method, headers: lists }) }
    }
    case 'grpc': {
      const { serviceName, mode, authority, userAgent } = transport
      const multiMode = mode === 'multi' ? true : undefined
      const given = { serviceName, multiMode, authority: authority || undefined, user_agent: userAgent }
      return { network: 'grpc', grpcSettings: compact(given) }
    }
    case 'kcp': {
      const { network, header, seed, ...sizes } = transport
      const given = { ...sizes, header: { type: header }, seed: seed || undefined }
      return { network, kcpSettings: compact(given) }
    }
    case 'quic': {
      const { network, header, security, key } = transport
      return { network, quicSettings: { security, key, header: { type: header } } }
    }
  }
}

/**
 * A list of headers replaces V2Ray's own as a whole: a Host alone would take the browser away, and what is left
 * looks like no browser's request. So its own are written beside the Host of a profile that names no others.
 */
function disguiseOf({
  hosts,
  paths,
  method,
  headers,
}: Extract<ProfileTransport, { network: 'tcp'; header: 'http' }>): JsonObject {
  const named = hosts.length > 0 && { Host: hosts }
  const own = headers ?? (hosts.length > 0 ? V2RAY_HTTP_HEADS.request.headers : {})
  const all = { ...own, ...named }
  return {
    type: 'http',
    request: compact({
      method,
      path: paths.length === 0 ? undefined : paths,
      headers: Object.keys(all).length === 0 ? undefined : all,
    }),
  }
}

/** Xray takes early data from the path and has a field for the Host; V2Ray has it the other way round. */
function placeOf(
  place: Extract<ProfileTransport, { network: 'ws' | 'httpupgrade' }>,
  flavour: Flavour,
): JsonObject {
  const { host, path, earlyData, headers } = place
  if (flavour === 'xray') return compact({ path: joinPath(place), host: host || undefined, headers })
  const all: ProfileHeaders = { ...(host !== '' && { Host: host }), ...headers }
  return compact({
    path,
    headers: Object.keys(all).length === 0 ? undefined : all,
    maxEarlyData: earlyData?.bytes,
    earlyDataHeaderName: earlyData?.header || undefined,
  })
}

function xhttpOf({
  host,
  path,
  mode,
  settings,
}: Extract<ProfileTransport, { network: 'xhttp' }>): JsonObject {
  return compact({ host: host || undefined, path, mode, extra: settingsOf(settings) })
}

/** The object that links carry as text. */
function settingsOf(text: string): JsonValue | undefined {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as JsonValue
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

function tlsOf(tls: ProfileTls): JsonObject {
  return compact({
    serverName: tls.serverName || undefined,
    alpn: tls.alpn.length === 0 ? undefined : tls.alpn,
    allowInsecure: tls.insecure ? true : undefined,
    fingerprint: tls.fingerprint || undefined,
    pinnedPeerCertSha256: tls.pinnedSha256 || undefined,
    verifyPeerCertByName: tls.verifyName || undefined,
    pinnedPeerCertificateChainSha256: tls.pinnedChainSha256,
    echConfigList: tls.ech,
  })
}

function realityOf({ serverName, fingerprint, reality }: ProfileTls): JsonObject {
  return {
    realitySettings: compact({
      serverName: serverName || undefined,
      fingerprint: fingerprint || undefined,
      publicKey: reality?.publicKey,
      shortId: reality?.shortId,
      spiderX: reality?.spiderX || undefined,
    }),
  }
}

function compact(values: object): JsonObject {
  return defined(values) as JsonObject
}
