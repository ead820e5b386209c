/** Server files of V2Ray 4 and Xray (config §3, §5, §7). */
import { formatUuid } from '../account/uuid.js'
import type { ProfileTransport } from './profile.js'
import type { ServerCertificate, ServerDialect, ServerProfile, ServerUser } from './server-profile.js'
import { joinPath } from './transport-values.js'

type Dialect = Extract<ServerDialect, 'v2ray4' | 'xray'>

export function writeV2rayServer(server: ServerProfile, dialect: Dialect): object {
  const { tag, listen, ports, users, secureOnly } = server
  const inbound = {
    ...(tag !== '' && { tag }),
    listen,
    ...(ports.length > 0 && { port: writePorts(ports) }),
    protocol: 'vmess',
    settings: {
      clients: users.map((user) => writeUser(user, dialect)),
      // Xray has dropped the switch; its servers refuse such bodies by themselves.
      ...(secureOnly && dialect === 'v2ray4' && { disableInsecureEncryption: true }),
    },
    streamSettings: writeStream(server, dialect),
  }
  return {
    log: { loglevel: 'warning' },
    inbounds: [inbound],
    outbounds: [{ protocol: 'freedom', tag: 'direct' }],
  }
}

/** One port as a number, neighbours as a range; several lists of them are known to Xray alone. */
export function writePorts(ports: readonly number[]): number | string {
  const [first = 0] = ports
  const last = ports.at(-1) ?? first
  if (ports.length === 1) return first
  return last - first === ports.length - 1 ? `${first}-${last}` : ports.join(',')
}

function writeUser({ name, uuid, alterId, level }: ServerUser, dialect: Dialect): object {
  return {
    id: formatUuid(uuid),
    ...(dialect === 'v2ray4' && { alterId }),
    ...(name !== '' && { email: name }),
    ...(level !== 0 && { level }),
  }
}

function writeStream({ transport, tls }: ServerProfile, dialect: Dialect): object {
  const security =
    tls === undefined
      ? { security: 'none' }
      : {
          security: 'tls',
          tlsSettings: {
            ...(tls.alpn.length > 0 && { alpn: tls.alpn }),
            certificates: tls.certificates.map(writeCertificate),
          },
        }
  return { network: networkWord(transport, dialect), ...security, ...writeV2rayTransport(transport, dialect) }
}

function networkWord({ network }: ProfileTransport, dialect: Dialect): string {
  return network === 'tcp' && dialect === 'xray' ? 'raw' : network
}

/** The settings block of a transport. */
function writeV2rayTransport(transport: ProfileTransport, dialect: Dialect): object {
  switch (transport.network) {
    case 'tcp': {
      if (transport.header === 'none') return {}
      const settings = { header: { type: 'http', request: { path: transport.paths } } }
      return dialect === 'xray' ? { rawSettings: settings } : { tcpSettings: settings }
    }
    case 'ws':
      return { wsSettings: writeWs(transport, dialect) }
    case 'httpupgrade':
      return { httpupgradeSettings: { path: joinPath(transport), ...hostOf(transport) } }
    case 'xhttp':
      return { xhttpSettings: { path: transport.path, ...hostOf(transport), mode: transport.mode || 'auto' } }
    case 'h2':
      return { httpSettings: { host: transport.hosts, path: transport.path } }
    case 'grpc': {
      const { serviceName, mode } = transport
      return { grpcSettings: { serviceName, ...(mode === 'multi' && { multiMode: true }) } }
    }
    case 'kcp':
      return { kcpSettings: writeKcp(transport) }
    case 'quic': {
      const { security, key, header } = transport
      return { quicSettings: { security, key, header: { type: header } } }
    }
  }
}

/** V2Ray compares no Host: written there, it would be an unknown key. */
function writeWs(transport: Extract<ProfileTransport, { network: 'ws' }>, dialect: Dialect): object {
  const { path, earlyData } = transport
  if (dialect === 'xray') return { path: joinPath(transport), ...hostOf(transport) }
  const early = earlyData && { maxEarlyData: earlyData.bytes, earlyDataHeaderName: earlyData.header }
  return { path, ...early }
}

function hostOf({ host }: { readonly host: string }): object {
  return host === '' ? {} : { host }
}

function writeKcp(transport: Extract<ProfileTransport, { network: 'kcp' }>): object {
  const { header, seed, mtu, tti } = transport
  return {
    ...(mtu !== undefined && { mtu }),
    ...(tti !== undefined && { tti }),
    header: { type: header },
    // An empty seed is not the same as none.
    ...(seed !== '' && { seed }),
  }
}

function writeCertificate({ certificate, key }: ServerCertificate): object {
  return {
    ...('file' in certificate
      ? { certificateFile: certificate.file }
      : { certificate: pemLines(certificate.pem) }),
    ...('file' in key ? { keyFile: key.file } : { key: pemLines(key.pem) }),
  }
}

/** A PEM text as the list of its lines. */
export function pemLines(pem: string): readonly string[] {
  return pem.trimEnd().split('\n')
}
