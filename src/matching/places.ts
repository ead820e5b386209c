/** Where in a file what a difference is about stands, whatever the dialect. */
import type { ProfileTransport } from '../dialects/profile.js'
import type { Located, Steps, TextTree } from '../text/text-tree.js'
import type { Difference } from './difference.js'

type Network = ProfileTransport['network']

/** Lists of what carries traffic; one of them, and the index behind it, is an inbound or outbound. */
const LISTS: readonly string[] = [
  'outbounds',
  'outboundDetour',
  'outbound',
  'inbounds',
  'inboundDetour',
  'inbound',
  'proxies',
  'Proxy',
  'listeners',
]

/** What holds the settings of a network: V2Ray and Xray, V2Ray 5, sing-box, mihomo. Keys compare leniently. */
const STREAM = 'streamSettings'
const BLOCKS: Readonly<Record<Network, readonly string[]>> = {
  tcp: [
    `${STREAM}/tcpSettings/header/request`,
    `${STREAM}/rawSettings/header/request`,
    'transport',
    'http-opts',
  ],
  ws: [`${STREAM}/wsSettings`, `${STREAM}/transportSettings`, 'transport', 'ws-opts'],
  httpupgrade: [`${STREAM}/httpupgradeSettings`, `${STREAM}/transportSettings`, 'transport', 'ws-opts'],
  xhttp: [`${STREAM}/xhttpSettings`, `${STREAM}/splithttpSettings`],
  h2: [`${STREAM}/httpSettings`, `${STREAM}/transportSettings`, 'transport', 'h2-opts'],
  grpc: [`${STREAM}/grpcSettings`, `${STREAM}/transportSettings`, 'transport', 'grpc-opts'],
  kcp: [`${STREAM}/kcpSettings`, `${STREAM}/transportSettings`, 'mkcp-opts', 'kcp-opts'],
  quic: [`${STREAM}/quicSettings`, `${STREAM}/transportSettings`, 'transport'],
}
const TLS: readonly string[] = [`${STREAM}/tlsSettings`, `${STREAM}/securitySettings`, 'tls']

const NETWORK = [`${STREAM}/network`, `${STREAM}/method`, `${STREAM}/transport`, 'transport/type', 'network']
const ID = ['id', 'uuid', 'settings/id', 'settings/uuid', 'settings/clients', 'settings/users', 'users']

const TCP_HEADERS = [`${STREAM}/tcpSettings`, `${STREAM}/rawSettings`]
const ON_OR_OFF = [`${STREAM}/security`, 'tls/enabled', 'tls', `${STREAM}/tlsSettings`, STREAM]
const PINS = ['pinnedPeerCertSha256', 'pinnedPeerCertificateChainSha256', 'certificate_public_key_sha256']
const SECURITY = [
  'security',
  'cipher',
  'settings/security',
  'settings/disableInsecureEncryption',
  'settings/clients',
]

type Ways = readonly string[] | ((network: Network) => readonly string[])

/** Ways from the inbound or outbound, or from the server or user in it; the first that leads somewhere counts. */
const WAYS: Readonly<Partial<Record<Difference['id'], Ways>>> = {
  'match.address': ['address', 'settings/address', 'server'],
  'match.listen': ['listen'],
  'match.front': ['listen'],
  'match.port': ['port', 'settings/port', 'server_port', 'listen_port'],
  'match.transport': NETWORK,
  'match.header': (network) => [
    ...under([...BLOCKS[network], ...TCP_HEADERS], ['header/type', 'header']),
    ...NETWORK,
  ],
  'match.tls': ON_OR_OFF,
  'match.reality': ON_OR_OFF,
  'match.alpn': [...under(TLS, ['alpn', 'nextProtocol']), 'alpn'],
  'match.certificate-date': [
    ...under(TLS, ['certificates', 'certificate', 'certificate_path']),
    'certificate',
  ],
  'match.server-name': [...under(TLS, ['serverName']), 'servername', 'sni'],
  'match.pin': [...under(TLS, PINS), 'fingerprint'],
  'match.insecure': [...under(TLS, ['allowInsecure', 'insecure']), 'skip-cert-verify'],
  'match.trust': [...TLS, `${STREAM}/security`],
  'match.path': (network) => [...under(BLOCKS[network], ['path']), 'ws-path'],
  'match.host': (network) => under(BLOCKS[network], ['host', 'headers/Host', 'header']),
  'match.early-data': (network) => under(BLOCKS[network], ['earlyDataHeaderName', 'maxEarlyData', 'path']),
  'match.service-name': [...under(BLOCKS.grpc, ['serviceName', 'grpc-service-name']), 'grpc-service-name'],
  'match.seed': (network) => under(BLOCKS[network], ['seed']),
  'match.key': (network) => under(BLOCKS[network], ['key']),
  'match.id': ID,
  'match.alter-id': ['alterId', 'settings/alterId', ...ID],
  'match.security': (network) => [
    ...(network === 'quic' ? under(BLOCKS.quic, ['security']) : []),
    ...SECURITY,
  ],
  'match.packet-encoding': ['settings/packetEncoding', 'packet-encoding'],
}

function under(blocks: readonly string[], keys: readonly string[]): readonly string[] {
  return blocks.flatMap((block) => keys.map((key) => `${block}/${key}`))
}

export interface WantedPlace {
  readonly id: Difference['id']
  /** What the side speaks. */
  readonly network: Network
  /** Where its node stands: an inbound, an outbound, or a user in one. */
  readonly node: Steps
}

/** The value that a difference is about; where the file does not say it, the nearest thing that it should be in. */
export function placeOf(tree: TextTree, { id, network, node }: WantedPlace): Located {
  const item = itemOf(node)
  // A user, its server, the outbound: what is said nearest counts.
  const bases = Array.from({ length: node.length - item.length + 1 }, (_, i) =>
    node.slice(0, node.length - i),
  )
  let nearest = tree.locate(node)
  let depth = 0
  const ways = WAYS[id] ?? []
  const texts = typeof ways === 'function' ? ways(network) : ways
  for (const way of texts.map((text) => text.split('/'))) {
    for (const base of bases) {
      const found = tree.locate([...base, ...way])
      const known = found.steps.length - base.length
      if (known === way.length) return found
      if (known > depth) [nearest, depth] = [found, known]
    }
  }
  return nearest
}

/** The inbound or outbound that a node is in. */
export function itemOf(node: Steps): Steps {
  const list = node.findLastIndex((step) => LISTS.includes(step))
  if (list < 0) return node
  return node.slice(0, /^\d+$/.test(node[list + 1] ?? '') ? list + 2 : list + 1)
}
