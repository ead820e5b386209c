/** Pepi, V2RayU, early Kitsunebi: base64 of `cipher:id@host:port`, a query of their own (share-formats §4.2). */
import { formatHostPort } from '../address/destination.js'
import { formatUuid } from '../account/uuid.js'
import { encodeBase64Text } from './base64.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { LinkFields, refuseField } from './link-fields.js'
import { type LinkReading, readIdAtHost, readLinkName, readQuery, type UrlParts } from './link-parts.js'
import { readAlterId, readCipher, readTls, TLS_KEYS } from './link-values.js'
import type { Profile, ProfileMux, ProfileTransport } from './profile.js'
import { formatQuery, given, type Parameter } from './query-writing.js'
import { hostsOf, readDisguise, readNetwork, readPath, splitList, splitOnce } from './transport-values.js'

/** Keys that no other form with the same base64 has. */
export const V2RAYU_QUERY = /(?:^|&)(?:network|wsPath|h2Path|kcpHeader|tlsServer|muxConcurrency)=/i

/** A profile from the decoded text. Throws `LINK_FIELD`. */
export function readV2rayuLink(decoded: string, { query, fragment }: UrlParts): LinkReading {
  const fields = new LinkFields(readQuery(query))
  const [cipher, rest = ''] = splitOnce(decoded.trim(), ':')
  const { server, port, uuid } = readIdAtHost(rest, fields)
  const transport = readTransport(fields)
  fields.know(TLS_KEYS)
  const hasTls = fields.flag('tls') === true
  const profile: Profile = {
    name: readLinkName(fragment, fields) || formatHostPort(server, port),
    server,
    port,
    uuid,
    alterId: readAlterId(fields),
    security: readCipher(cipher, fields),
    transport,
    ...defined({
      tls: hasTls ? readTls(fields, { hosts: hostsOf(transport), server }) : undefined,
      mux: readMux(fields),
    }),
    extra: fields.extra(),
  }
  return { style: 'v2rayu', profile, notes: fields.notes }
}

/** The number is written whether mux is on or not. */
function readMux(fields: LinkFields): ProfileMux | undefined {
  const enabled = fields.flag('mux')
  const concurrency = fields.whole('muxConcurrency')
  if (enabled === undefined) return undefined
  return { enabled, ...defined({ concurrency }) }
}

function readTransport(fields: LinkFields): ProfileTransport {
  const network = readNetwork(fields.text('network', 'net'), 'network')
  const host = fields.text('wsHost')
  const path = fields.text('wsPath')
  switch (network) {
    case 'tcp':
      return { network, header: 'none' }
    case 'ws':
      return { network, host, ...readPath(path, fields) }
    case 'h2': {
      const hosts = splitList(fields.text('h2Host') || host)
      return { network, hosts, path: readPath(fields.text('h2Path') || path, fields).path }
    }
    case 'kcp':
      return {
        network,
        header: readDisguise(fields.text('kcpHeader'), 'kcpHeader'),
        seed: '',
        ...defined({
          uplinkCapacity: fields.whole('uplinkCapacity'),
          downlinkCapacity: fields.whole('downlinkCapacity'),
        }),
      }
    case 'quic':
      return {
        network,
        header: readDisguise(fields.text('quicHeader'), 'quicHeader'),
        security: fields.text('quicSecurity') || 'none',
        key: fields.text('quicKey'),
      }
    default:
      throw refuseField('network', `${quoteText(network)} is no transport of this form`)
  }
}

/** The link of a profile that fits. */
export function writeV2rayuLink(profile: Profile): string {
  const { tls, mux } = profile
  const base = `${profile.security}:${formatUuid(profile.uuid)}@${formatHostPort(profile.server, profile.port)}`
  const query = formatQuery([
    ...transportParameters(profile.transport),
    ['aid', String(profile.alterId)],
    ['tls', tls === undefined ? '0' : '1'],
    ...(tls === undefined ? [] : ([['allowInsecure', tls.insecure ? '1' : '0']] as const)),
    ...given('tlsServer', tls?.serverName ?? ''),
    ...(mux === undefined ? [] : ([['mux', mux.enabled ? '1' : '0']] as const)),
    ...given('muxConcurrency', String(mux?.concurrency ?? '')),
    ['remark', profile.name],
  ])
  return `vmess://${encodeBase64Text(base)}?${query}`
}

function transportParameters(transport: ProfileTransport): readonly Parameter[] {
  switch (transport.network) {
    case 'ws':
      return [['network', 'ws'], ['wsPath', transport.path], ...given('wsHost', transport.host)]
    case 'h2':
      return [['network', 'h2'], ['h2Path', transport.path], ...given('h2Host', transport.hosts.join(','))]
    case 'kcp':
      return [
        ['network', 'kcp'],
        ['kcpHeader', transport.header],
        ...given('uplinkCapacity', String(transport.uplinkCapacity ?? '')),
        ...given('downlinkCapacity', String(transport.downlinkCapacity ?? '')),
      ]
    case 'quic':
      return [
        ['network', 'quic'],
        ['quicSecurity', transport.security],
        ...given('quicKey', transport.key),
        ['quicHeader', transport.header],
      ]
    default:
      return [['network', transport.network]]
  }
}
