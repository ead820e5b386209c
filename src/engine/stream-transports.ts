/** The transports beside plain tcp. Loaded only for a configuration that has one: they bring TLS, HTTP/2 and more. */
import type { StreamConfig } from '../config/config.js'
import type { Transport } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import { makeGrpcTransport } from '../transport/grpc.js'
import { makeH2Transport } from '../transport/h2.js'
import { makeHttpHeaderTransport } from '../transport/http-header.js'
import { makeHttpUpgradeTransport } from '../transport/http-upgrade.js'
import { makeKcpTransport } from '../transport/kcp.js'
import { makeProxiedTransport } from '../transport/proxied.js'
import { makeTcpTransport } from '../transport/tcp.js'
import { makeTlsTransport } from '../transport/tls.js'
import { makeTls } from '../transport/tls-layer.js'
import { makeWebSocketTransport } from '../transport/websocket.js'

/** The transport of any stream. */
export function makeStreamTransport(stream: StreamConfig): Transport {
  const tls = stream.security === 'tls' ? stream.tls : undefined
  switch (stream.network) {
    case 'tcp': {
      const tcp = makeBelow(stream, ['h2', 'http/1.1'])
      return stream.header === undefined ? tcp : makeHttpHeaderTransport(tcp, { header: stream.header })
    }
    case 'ws':
      return makeWebSocketTransport({ ...upgradeOf(stream), earlyData: stream.earlyData })
    case 'httpupgrade':
      return makeHttpUpgradeTransport(upgradeOf(stream))
    case 'h2':
      return makeH2Transport(stream, { tls })
    case 'grpc':
      return makeGrpcTransport(stream, { tls })
    case 'kcp':
      if (tls === undefined) return makeKcpTransport(stream)
      throw new Fault('CONFIG_UNSUPPORTED', { why: 'tls inside kcp is not supported yet' })
  }
}

type OnTcp = Extract<StreamConfig, { network: 'tcp' | 'ws' | 'httpupgrade' }>

/** What these transports stand on: tcp, plain or inside TLS. */
function makeBelow(stream: OnTcp, alpn: readonly string[]): Transport {
  if (stream.security === 'tls') return makeTlsTransport(makeTls({ config: stream.tls, alpn }))
  const plain = makeTcpTransport()
  return stream.acceptProxyProtocol ? makeProxiedTransport(plain) : plain
}

function upgradeOf(stream: Extract<OnTcp, { network: 'ws' | 'httpupgrade' }>) {
  const secure = stream.security === 'tls'
  return {
    below: makeBelow(stream, ['http/1.1']),
    place: stream,
    secure,
    serverName: secure ? stream.tls.serverName : undefined,
  }
}
