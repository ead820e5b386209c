/** The URL standard: `vmess://id@host:port?…#name` (share-formats §3). */
import { formatHostPort } from '../address/destination.js'
import { quoteText } from './display-text.js'
import { defined } from './defined.js'
import { LinkFields, refuseField } from './link-fields.js'
import { type LinkReading, readIdAtHost, readLinkName, readQuery, type UrlParts } from './link-parts.js'
import { readAlterId, readCipher, readPacketEncoding, readReality, readTls, TLS_KEYS } from './link-values.js'
import type { Profile, ProfileTransport } from './profile.js'
import {
  hostsOf,
  meaningful,
  readDisguise,
  readGrpcMode,
  readNetwork,
  readPath,
  splitList,
  splitOnce,
} from './transport-values.js'

/** A profile from a link of the URL form. Throws `LINK_FIELD`. */
export function readUrlLink({ authority, query, fragment }: UrlParts): LinkReading {
  const fields = new LinkFields(readQuery(query))
  // A path between port and query has no meaning here; some producers write a lone slash.
  const [bare] = splitOnce(authority, '/')
  const { server, port, uuid } = readIdAtHost(bare, fields)
  const alterId = readAlterId(fields)
  if (alterId > 0) fields.note('alterId is no part of this form; it was kept')
  const transport = readTransport(fields)
  fields.know(TLS_KEYS)
  const tls = readSecurity(fields, { hosts: hostsOf(transport), server })
  const profile = {
    name: readLinkName(fragment, fields) || formatHostPort(server, port),
    server,
    port,
    uuid,
    alterId,
    security: readCipher(fields.text('encryption'), fields),
    transport,
    ...defined({ tls, packetEncoding: readPacketEncoding(fields) }),
    extra: fields.extra(),
  }
  return { style: 'url', profile, notes: fields.notes }
}

function readTransport(fields: LinkFields): ProfileTransport {
  const type = fields.text('type', 'network')
  const network = readNetwork(type, 'type')
  const host = fields.text('host')
  const path = fields.text('path')
  const header = fields.text('headerType')
  const method = fields.text('method')
  switch (network) {
    case 'tcp':
      return readTcp(header, { host, path, method })
    case 'ws':
    case 'httpupgrade':
      return { network, host, ...readPath(path, fields) }
    case 'xhttp': {
      const mode = fields.text('mode') || 'auto'
      return { network, host, path: readPath(path, fields).path, mode, settings: fields.text('extra') }
    }
    case 'h2':
      return { network, hosts: splitList(host), path: readPath(path, fields).path }
    case 'grpc': {
      const mode = readGrpcMode(meaningful(fields.text('mode')), fields)
      return {
        network,
        serviceName: fields.text('serviceName') || path,
        mode,
        authority: fields.text('authority'),
      }
    }
    case 'kcp':
      return {
        network,
        header: readDisguise(header, 'headerType'),
        seed: fields.text('seed'),
        ...readKcpSizes(fields),
      }
    case 'quic': {
      const security = fields.text('quicSecurity') || 'none'
      return { network, header: readDisguise(header, 'headerType'), security, key: fields.text('key') }
    }
  }
}

function readTcp(
  header: string,
  { host, path, method }: { host: string; path: string; method: string },
): ProfileTransport {
  const type = header.toLowerCase()
  if (type === '' || type === 'none') return { network: 'tcp', header: 'none' }
  if (type !== 'http') throw refuseField('headerType', `${quoteText(header)} is not a header of tcp`)
  const disguise = { header: 'http', hosts: splitList(host), paths: splitList(path) } as const
  return { network: 'tcp', ...disguise, ...(method !== '' && { method }) }
}

export function readKcpSizes(fields: LinkFields): { mtu?: number; tti?: number } {
  const mtu = fields.whole('mtu')
  const tti = fields.whole('tti')
  return { ...(mtu === undefined ? {} : { mtu }), ...(tti === undefined ? {} : { tti }) }
}

/** Absent means none; a word that nobody defines is refused, because none is clear text. */
function readSecurity(
  fields: LinkFields,
  names: { hosts: readonly string[]; server: string },
): Profile['tls'] | undefined {
  const security = fields.text('security').toLowerCase()
  if (security === '' || security === 'none') return undefined
  if (security === 'reality') return { ...readTls(fields, names), reality: readReality(fields) }
  if (security === 'xtls') fields.note('XTLS does not exist for VMess; plain TLS is used')
  else if (security !== 'tls')
    throw refuseField('security', `${quoteText(security)} is not none, tls or reality`)
  return readTls(fields, names)
}
