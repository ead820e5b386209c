/** The v2fly draft: `vmess://ws+tls:id-alterId@host:port/?…#name` (share-formats §4.4). */
import { formatHostPort } from '../address/destination.js'
import { formatUuid } from '../account/uuid.js'
import { defined } from './defined.js'
import { quoteText } from './display-text.js'
import { LinkFields, refuseField } from './link-fields.js'
import { type LinkReading, readIdAtHost, readLinkName, readQuery, type UrlParts } from './link-parts.js'
import { checkAlterId, readCipher, readTls, TLS_KEYS } from './link-values.js'
import type { Profile, ProfileTransport } from './profile.js'
import { encodeText, formatQuery, given, type Parameter } from './query-writing.js'
import { hostsOf, readDisguise, readNetwork, readPath, splitList, splitOnce } from './transport-values.js'

/** `ws:`, `ws+tls:` where a URL has its user name. */
export const V2FLY_USER = /^(tcp|http|ws|kcp|quic|grpc)(\+tls)?:/i
const ID_AND_ALTER_ID = /^(.*)-(\d{1,5})$/s

/** A profile from such a link. Throws `LINK_FIELD`. */
export function readV2flyLink({ authority, query, fragment }: UrlParts): LinkReading {
  const fields = new LinkFields(readQuery(query))
  const [bare] = splitOnce(authority, '/')
  const [user, rest = ''] = splitOnce(bare, ':')
  const [word, security] = splitOnce(user, '+')
  const at = rest.lastIndexOf('@')
  // v2rayN 5 wrote the same without the alterId.
  const [, id = rest.slice(0, at), alterId = '0'] = ID_AND_ALTER_ID.exec(rest.slice(0, at)) ?? []
  const { server, port, uuid } = readIdAtHost(`${id}${rest.slice(at)}`, fields)
  const transport = readTransport(word, fields)
  fields.know(TLS_KEYS)
  const names = { hosts: hostsOf(transport), server }
  const profile: Profile = {
    name: readLinkName(fragment, fields) || formatHostPort(server, port),
    server,
    port,
    uuid,
    alterId: checkAlterId(Number(alterId)),
    security: readCipher(fields.text('encryption'), fields),
    transport,
    ...defined({ tls: security === undefined ? undefined : readTls(fields, names) }),
    extra: fields.extra(),
  }
  return { style: 'v2fly', profile, notes: fields.notes }
}

function readTransport(word: string, fields: LinkFields): ProfileTransport {
  const network = readNetwork(word, 'network')
  const host = fields.text('host')
  const path = fields.text('path')
  switch (network) {
    case 'tcp': {
      const type = fields.text('type').toLowerCase()
      if (type === '' || type === 'none') return { network, header: 'none' }
      if (type !== 'http') throw refuseField('type', `${quoteText(type)} is not a header of tcp`)
      return { network, header: 'http', hosts: splitList(host), paths: splitList(path) }
    }
    case 'ws':
      return { network, host, ...readPath(path, fields) }
    case 'h2':
      return { network, hosts: splitList(host.replaceAll('|', ',')), path: readPath(path, fields).path }
    case 'kcp':
      return { network, header: readDisguise(fields.text('type'), 'type'), seed: fields.text('seed') }
    case 'quic':
      return {
        network,
        header: readDisguise(fields.text('type'), 'type'),
        security: fields.text('security') || 'none',
        key: fields.text('key'),
      }
    case 'grpc':
      return { network, serviceName: fields.text('serviceName') || path, mode: 'gun', authority: '' }
    default:
      throw refuseField('network', `${quoteText(word)} is no transport of this form`)
  }
}

/** The link of a profile that fits. */
export function writeV2flyLink(profile: Profile): string {
  const { tls, transport } = profile
  const network = transport.network === 'h2' ? 'http' : transport.network
  const user = `${network}${tls === undefined ? '' : '+tls'}`
  const id = `${formatUuid(profile.uuid)}-${profile.alterId}`
  const query = formatQuery([
    ...transportParameters(transport),
    ...given('tlsServerName', tls?.serverName ?? ''),
  ])
  const authority = `${user}:${id}@${formatHostPort(profile.server, profile.port)}`
  return `vmess://${authority}/${query === '' ? '' : `?${query}`}#${encodeText(profile.name)}`
}

function transportParameters(transport: ProfileTransport): readonly Parameter[] {
  switch (transport.network) {
    case 'tcp':
      return transport.header === 'none' ? [] : [['type', 'http']]
    case 'ws':
      return [...given('host', transport.host), ['path', transport.path]]
    case 'h2':
      return [...given('host', transport.hosts.join('|')), ['path', transport.path]]
    case 'kcp':
      return [['type', transport.header]]
    case 'quic':
      return [['security', transport.security], ...given('key', transport.key), ['type', transport.header]]
    case 'grpc':
      return given('serviceName', transport.serviceName)
    default:
      return []
  }
}
