/** `streamSettings` (config §7). */
import { flag, list, map, object, pem, type SchemaNode, text, texts, whole, words } from './node.js'

const HEADERS = ['none', 'srtp', 'utp', 'wechat-video', 'dtls', 'wireguard'] as const
const UINT32 = 4_294_967_295

const tcp = object('of tcp', {
  acceptProxyProtocol: flag('inbounds: a load balancer says whom each connection is from'),
  header: object('disguise', {
    type: words('http: connections begin like HTTP', ['none', 'http']),
    request: object('what a client says', {
      version: text('of HTTP', '1.1'),
      method: text('of HTTP', 'GET'),
      path: texts('one of them is sent; a server takes these alone'),
      headers: map('one of the values is sent for each name', texts('values')),
    }),
    response: object('what a server answers', {
      version: text('of HTTP', '1.1'),
      status: text('three digits, in quotes', '200'),
      reason: text('behind the status', 'OK'),
      headers: map('one of the values is sent for each name', texts('values')),
    }),
  }),
})

const PLACE = {
  path: text('begins with a slash; equal on both sides', '/'),
  host: text('Host that clients ask for and Xray servers expect', ''),
  headers: map('further request headers', { type: 'string' }),
}

const ws = object('of ws', {
  ...PLACE,
  maxEarlyData: whole('bytes that travel in the upgrade request', [0, 8_192, 0]),
  earlyDataHeaderName: text('header for them; empty: the path', ''),
  acceptProxyProtocol: flag('inbounds: a load balancer says whom each connection is from'),
})

const h2 = object('of h2', {
  host: texts('a client asks for one of them; a server expects one of them'),
  path: text('begins with a slash', '/'),
  method: text('of HTTP', 'PUT'),
  headers: map('further request headers', { anyOf: [{ type: 'string' }, list('', { type: 'string' })] }),
})

const grpc = object('of grpc', {
  serviceName: text('equal on both sides', ''),
  multiMode: flag('several messages at a time, Xray only'),
  authority: text('the :authority of requests', ''),
})

const kcp = object('of kcp', {
  mtu: whole('bytes of a packet', [576, 1460, 1350]),
  tti: whole('milliseconds between two looks at a connection', [10, 100, 50]),
  uplinkCapacity: whole('MB/s', [0, UINT32, 5]),
  downlinkCapacity: whole('MB/s', [0, UINT32, 20]),
  congestion: flag('slow down where packets are lost'),
  readBufferSize: whole('MB', [0, 4_096, 2]),
  writeBufferSize: whole('MB', [0, 4_096, 2]),
  header: object('disguise, equal on both sides', { type: words('what packets look like', HEADERS) }),
  seed: text('encrypts packets; equal on both sides, and an empty one is not the same as none'),
})

const certificate = object('a certificate', {
  usage: words('of our own, or an authority to trust', ['encipherment', 'verify']),
  certificateFile: text('PEM with its chain'),
  keyFile: text('PEM'),
  certificate: pem,
  key: pem,
})

const tls = object('of security tls', {
  serverName: text('outbounds: the name that the certificate has to be for; the address unless given'),
  alpn: texts('protocols to offer; what the network asks for unless given'),
  allowInsecure: flag('outbounds: the certificate is not checked; pin it instead'),
  disableSystemRoot: flag('outbounds: trust only certificates of usage verify'),
  certificates: list('inbounds: at least one', certificate),
  pinnedPeerCertSha256: texts('SHA-256 of the certificate of the peer, hex'),
  pinnedPeerCertificateChainSha256: list('SHA-256 of its chain, base64', { type: 'string' }),
  minVersion: { type: 'string', enum: ['1.2', '1.3'], description: 'of TLS' },
  maxVersion: { type: 'string', enum: ['1.2', '1.3'], description: 'of TLS' },
  verifyClientCertificate: flag('inbounds: clients need a certificate of an authority of usage verify'),
})

export const streamSchema: SchemaNode = object('what carries the bytes', {
  network: words('the transport', [
    'tcp',
    'ws',
    'httpupgrade',
    'h2',
    'grpc',
    'kcp',
    'raw',
    'http',
    'websocket',
    'gun',
    'mkcp',
  ]),
  security: words('tls, or nothing', ['none', 'tls']),
  tlsSettings: tls,
  tcpSettings: tcp,
  rawSettings: tcp,
  wsSettings: ws,
  httpupgradeSettings: object('of httpupgrade', {
    ...PLACE,
    acceptProxyProtocol: flag('inbounds: a load balancer says whom each connection is from'),
  }),
  httpSettings: h2,
  grpcSettings: grpc,
  kcpSettings: kcp,
})
