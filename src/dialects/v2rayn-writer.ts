/** Writes the v2rayN form, version 2: every documented key, in its order, all of them strings (share-formats §13.2). */
import { formatUuid } from '../account/uuid.js'
import { encodeBase64Text } from './base64.js'
import { cleanName } from './display-text.js'
import { alpnLoss, refuseLoss, toAsciiHost, type WrittenLink, writtenAlpn } from './link-writing.js'
import type { Profile, ProfileTransport } from './profile.js'
import { joinPath, XRAY_EARLY_DATA_HEADER } from './transport-values.js'

/** `net`, `type`, `host` and `path`, whose meaning depends on the network (share-formats §2.2). */
interface TransportKeys {
  readonly net: string
  readonly type: string
  readonly host: string
  readonly path: string
}

/** The link, and what it could not carry. Throws `LINK_LOSS` where the connection would break. */
export function writeV2raynLink(profile: Profile): WrittenLink {
  const { tls } = profile
  if (tls?.reality !== undefined) throw refuseLoss('the v2rayN form has no place for the keys of REALITY')
  const { net, type, host, path } = transportKeys(profile.transport)
  const json = {
    v: '2',
    ps: cleanName(profile.name),
    add: toAsciiHost(profile.server),
    port: String(profile.port),
    id: formatUuid(profile.uuid),
    aid: String(profile.alterId),
    scy: profile.security,
    net,
    type,
    host,
    path,
    tls: tls === undefined ? '' : 'tls',
    sni: tls?.serverName ?? '',
    alpn: writtenAlpn(profile).join(','),
    fp: tls?.fingerprint ?? '',
    insecure: tls?.insecure === true ? '1' : '0',
    ...(tls === undefined || tls.verifyName === '' ? {} : { vcn: tls.verifyName }),
    ...(tls === undefined || tls.pinnedSha256 === '' ? {} : { pcs: tls.pinnedSha256 }),
  }
  return { link: `vmess://${encodeBase64Text(JSON.stringify(json))}`, lost: listLosses(profile) }
}

function transportKeys(transport: ProfileTransport): TransportKeys {
  switch (transport.network) {
    case 'tcp':
      if (transport.header === 'none') return { net: 'tcp', type: 'none', host: '', path: '' }
      return { net: 'tcp', type: 'http', host: transport.hosts.join(','), path: transport.paths.join(',') }
    case 'ws':
    case 'httpupgrade':
      return {
        net: transport.network,
        type: 'none',
        host: transport.host,
        path: joinPath(expressible(transport)),
      }
    case 'xhttp':
      if (transport.settings !== '')
        throw refuseLoss('the v2rayN form has no place for the extra settings of xhttp')
      return { net: 'xhttp', type: transport.mode, host: transport.host, path: transport.path }
    case 'h2':
      return { net: 'h2', type: 'none', host: transport.hosts.join(','), path: transport.path }
    case 'grpc':
      return { net: 'grpc', type: transport.mode, host: transport.authority, path: transport.serviceName }
    case 'kcp':
      return { net: 'kcp', type: transport.header, host: '', path: transport.seed }
    case 'quic':
      return { net: 'quic', type: transport.header, host: transport.security, path: transport.key }
  }
}

/** `?ed=` can only mean Xray's header; early data under another one is left out. */
function expressible(transport: Extract<ProfileTransport, { network: 'ws' | 'httpupgrade' }>) {
  const { path, earlyData } = transport
  return earlyData?.header === XRAY_EARLY_DATA_HEADER ? { path, earlyData } : { path }
}

function listLosses(profile: Profile): readonly string[] {
  const { transport, packetEncoding } = profile
  const lost: string[] = [...alpnLoss(profile)]
  const early = 'earlyData' in transport ? transport.earlyData : undefined
  if (early !== undefined && early.header !== XRAY_EARLY_DATA_HEADER) lost.push('early data')
  if (transport.network === 'kcp' && transport.mtu !== undefined) lost.push('mtu')
  if (transport.network === 'kcp' && transport.tti !== undefined) lost.push('tti')
  if (packetEncoding !== undefined) lost.push('packet encoding')
  return lost
}
