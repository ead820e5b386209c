/** Readers of the transport fields of links: networks, paths, disguises (share-formats §2.2, §11). */
import { quoteText } from './display-text.js'
import { type LinkFields, refuseField } from './link-fields.js'
import {
  DISGUISES,
  type Disguise,
  type EarlyData,
  GRPC_MODES,
  type GrpcMode,
  type Network,
  type ProfileTransport,
} from './profile.js'

/** The header that Xray's `?ed=` means. */
export const XRAY_EARLY_DATA_HEADER = 'Sec-WebSocket-Protocol'

const NETWORKS: ReadonlyMap<string, Network> = new Map([
  ['', 'tcp'],
  ['none', 'tcp'],
  ['tcp', 'tcp'],
  ['raw', 'tcp'],
  ['ws', 'ws'],
  ['websocket', 'ws'],
  ['wss', 'ws'],
  ['h2', 'h2'],
  ['http', 'h2'],
  ['grpc', 'grpc'],
  ['gun', 'grpc'],
  ['kcp', 'kcp'],
  ['mkcp', 'kcp'],
  ['xhttp', 'xhttp'],
  ['splithttp', 'xhttp'],
  ['httpupgrade', 'httpupgrade'],
  ['http-upgrade', 'httpupgrade'],
  ['quic', 'quic'],
])

/** A network by any of its names (share-formats §11.2). An unknown one is refused, never taken for tcp. */
export function readNetwork(found: string, field: string): Network {
  const network = NETWORKS.get(found.toLowerCase())
  if (network !== undefined) return network
  throw refuseField(field, `${quoteText(found)} is not a network`)
}

export function readDisguise(found: string, field: string): Disguise {
  const name = found === '' ? 'none' : found.toLowerCase()
  const disguise = DISGUISES.find((candidate) => candidate === name)
  if (disguise !== undefined) return disguise
  throw refuseField(field, `${quoteText(found)} is not one of ${DISGUISES.join(', ')}`)
}

export interface RequestPath {
  readonly path: string
  readonly earlyData?: EarlyData
}

/** A request path: begins with a slash, and Xray's `?ed=N` is taken out of it (share-formats §11.3). */
export function readPath(found: string, fields: LinkFields): RequestPath {
  const rooted = found.startsWith('/') ? found : `/${found}`
  if (found !== '' && rooted !== found) fields.note('the path had no leading slash; one was added')
  const [base = '/', query] = splitOnce(rooted, '?')
  const inPath = query === undefined ? [] : query.split('&')
  const path = [base, inPath.filter((part) => !part.startsWith('ed=')).join('&')]
    .filter((part) => part !== '')
    .join('?')
  const written = inPath.find((part) => part.startsWith('ed='))?.slice('ed='.length) ?? ''
  const bytes = Number(written === '' ? fields.text('ed') : written)
  const header = fields.text('eh') || XRAY_EARLY_DATA_HEADER
  if (!Number.isSafeInteger(bytes)) fields.note('the size of the early data is not a number; it is left out')
  return Number.isSafeInteger(bytes) && bytes > 0 ? { path, earlyData: { bytes, header } } : { path }
}

/** The path again with its early data, the way Xray and v2rayN read it. */
export function joinPath({ path, earlyData }: RequestPath): string {
  if (earlyData === undefined) return path
  return `${path}${path.includes('?') ? '&' : '?'}ed=${earlyData.bytes}`
}

export function readGrpcMode(found: string, fields: LinkFields): GrpcMode {
  const mode = GRPC_MODES.find((candidate) => candidate === found.toLowerCase())
  if (mode === undefined && found !== '')
    fields.note(`the grpc mode ${quoteText(found)} is not known; gun is used`)
  return mode ?? 'gun'
}

/** The names a transport sends as its host, which TLS falls back to. */
export function hostsOf(transport: ProfileTransport): readonly string[] {
  switch (transport.network) {
    case 'ws':
    case 'httpupgrade':
    case 'xhttp':
      return transport.host === '' ? [] : [transport.host]
    case 'h2':
      return transport.hosts
    default:
      return []
  }
}

export function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** A list of the text, unless it is empty. */
export function oneOf(text: string): readonly string[] {
  return text === '' ? [] : [text]
}

/** `none` stands for "nothing" in fields that hold something else for other networks. */
export function meaningful(text: string): string {
  return text.toLowerCase() === 'none' ? '' : text
}

/** Both halves of a text around the first separator. */
export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)]
}
