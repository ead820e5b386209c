/** The one list of what is built in. A new protocol or transport is added here and nowhere else. */
import type { InboundConfig, OutboundConfig, StreamConfig } from '../config/config.js'
import type { DatagramTransport } from '../contracts/datagram.js'
import type { Inbound, InboundSurroundings } from '../contracts/inbound.js'
import type { Outbound, OutboundSurroundings } from '../contracts/outbound.js'
import type { Transport } from '../contracts/transport.js'
import { makeDokodemoInbound } from '../inbound/dokodemo-door.js'
import { makeHttpInbound } from '../inbound/http.js'
import { makeMixedInbound } from '../inbound/mixed.js'
import { makeSocksInbound } from '../inbound/socks.js'
import { makeVmessInbound } from '../inbound/vmess.js'
import { makeBlackholeOutbound } from '../outbound/blackhole.js'
import { makeFreedomOutbound } from '../outbound/freedom.js'
import { makeVmessOutbound } from '../outbound/vmess.js'
import { makeGrpcTransport } from '../transport/grpc.js'
import { makeH2Transport } from '../transport/h2.js'
import { makeHttpHeaderTransport } from '../transport/http-header.js'
import { makeHttpUpgradeTransport } from '../transport/http-upgrade.js'
import { makeKcpTransport } from '../transport/kcp.js'
import { makeProxiedTransport } from '../transport/proxied.js'
import { makeTcpTransport } from '../transport/tcp.js'
import { makeTlsTransport } from '../transport/tls.js'
import { makeTls } from '../transport/tls-layer.js'
import { makeTlsOver } from '../transport/tls-over.js'
import { makeUdpTransport } from '../transport/udp.js'
import { makeWebSocketTransport } from '../transport/websocket.js'

/** Turns the parts of a configuration into what does them. */
export interface Registry {
  makeTransport(stream: StreamConfig): Transport
  makeDatagrams(): DatagramTransport
  makeInbound(config: InboundConfig, surroundings: InboundSurroundings): Inbound
  makeOutbound(config: OutboundConfig, surroundings: OutboundSurroundings): Outbound
}

export const BUILT_IN: Registry = {
  makeTransport,
  makeDatagrams: () => makeUdpTransport(),
  makeInbound: (config, surroundings) => {
    switch (config.protocol) {
      case 'vmess':
        return makeVmessInbound(config, surroundings)
      case 'socks':
        return makeSocksInbound(config, surroundings)
      case 'http':
        return makeHttpInbound(config, surroundings)
      case 'mixed':
        return makeMixedInbound(config, surroundings)
      case 'dokodemo-door':
        return makeDokodemoInbound(config, surroundings)
    }
  },
  makeOutbound: (config, surroundings) => {
    switch (config.protocol) {
      case 'vmess':
        return makeVmessOutbound(config, surroundings)
      case 'freedom':
        return makeFreedomOutbound(config, surroundings)
      case 'blackhole':
        return makeBlackholeOutbound(config, surroundings)
    }
  },
}

function makeTransport(stream: StreamConfig): Transport {
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
      return stream.security === 'tls'
        ? makeTlsOver(makeKcpTransport(stream), makeTls({ config: stream.tls, alpn: ['h2', 'http/1.1'] }))
        : makeKcpTransport(stream)
  }
}

type OnTcp = Extract<StreamConfig, { network: 'tcp' | 'ws' | 'httpupgrade' }>

/** What these transports stand on: tcp, plain or inside TLS. */
function makeBelow(stream: OnTcp, alpn: readonly string[]): Transport {
  const tls = stream.security === 'tls' ? makeTls({ config: stream.tls, alpn }) : undefined
  if (stream.acceptProxyProtocol !== true)
    return tls === undefined ? makeTcpTransport() : makeTlsTransport(tls)
  const proxied = makeProxiedTransport(makeTcpTransport())
  return tls === undefined ? proxied : makeTlsOver(proxied, tls)
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
