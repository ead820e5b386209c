/** The one list of what is built in. A new protocol or transport is added here and nowhere else. */
import type { InboundConfig, OutboundConfig, StreamConfig } from '../config/config.js'
import type { DatagramTransport } from '../contracts/datagram.js'
import type { Inbound, InboundSurroundings } from '../contracts/inbound.js'
import type { Outbound, OutboundSurroundings } from '../contracts/outbound.js'
import type { Transport } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import { makeDokodemoInbound } from '../inbound/dokodemo-door.js'
import { makeHttpInbound } from '../inbound/http.js'
import { makeMixedInbound } from '../inbound/mixed.js'
import { makeSocksInbound } from '../inbound/socks.js'
import { makeVmessInbound } from '../inbound/vmess.js'
import { makeBlackholeOutbound } from '../outbound/blackhole.js'
import { makeFreedomOutbound } from '../outbound/freedom.js'
import { makeVmessOutbound } from '../outbound/vmess.js'
import { makeTcpTransport } from '../transport/tcp.js'
import { makeUdpTransport } from '../transport/udp.js'

/** Turns the parts of a configuration into what does them. */
export interface Registry {
  /** Loads the code of the transports that these streams need; before any of them is made. */
  load?(streams: readonly StreamConfig[]): Promise<void>
  makeTransport(stream: StreamConfig): Transport
  makeDatagrams(): DatagramTransport
  makeInbound(config: InboundConfig, surroundings: InboundSurroundings): Inbound
  makeOutbound(config: OutboundConfig, surroundings: OutboundSurroundings): Outbound
}

export const BUILT_IN: Registry = {
  load,
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

let layered: typeof import('./stream-transports.js') | undefined

/** Everything else would load TLS, HTTP/2 and more, whose code makes every collection of garbage dearer. */
function isPlainTcp(stream: StreamConfig): boolean {
  if (stream.network !== 'tcp' || stream.security !== 'none') return false
  return stream.header === undefined && !stream.acceptProxyProtocol
}

async function load(streams: readonly StreamConfig[]): Promise<void> {
  if (!streams.every(isPlainTcp)) layered ??= await import('./stream-transports.js')
}

function makeTransport(stream: StreamConfig): Transport {
  if (isPlainTcp(stream)) return makeTcpTransport()
  if (layered === undefined) {
    throw new Fault('INTERNAL_INVARIANT', { why: `the transport ${stream.network} was not loaded` })
  }
  return layered.makeStreamTransport(stream)
}
