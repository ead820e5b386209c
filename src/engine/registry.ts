/** The one list of what is built in. A new protocol or transport is added here and nowhere else. */
import type { InboundConfig, OutboundConfig, StreamConfig } from '../config/config.js'
import type { DatagramTransport } from '../contracts/datagram.js'
import type { Inbound, InboundSurroundings } from '../contracts/inbound.js'
import type { Outbound, OutboundSurroundings } from '../contracts/outbound.js'
import type { Transport } from '../contracts/transport.js'
import { Fault } from '../faults/fault.js'
import { makeVmessInbound } from '../inbound/vmess.js'
import { makeVmessOutbound } from '../outbound/vmess.js'
import { makeTcpTransport } from '../transport/tcp.js'
import { makeUdpTransport } from '../transport/udp.js'

/** Turns the parts of a configuration into what does them. */
export interface Registry {
  makeTransport(stream: StreamConfig): Transport
  makeDatagrams(): DatagramTransport
  makeInbound(config: InboundConfig, surroundings: InboundSurroundings): Inbound
  makeOutbound(config: OutboundConfig, surroundings: OutboundSurroundings): Outbound
}

export const BUILT_IN: Registry = {
  makeTransport: () => makeTcpTransport(),
  makeDatagrams: () => makeUdpTransport(),
  makeInbound: (config, surroundings) => {
    switch (config.protocol) {
      case 'vmess':
        return makeVmessInbound(config, surroundings)
      default:
        throw new Fault('INTERNAL_INVARIANT', { why: `no inbound ${config.protocol}` })
    }
  },
  makeOutbound: (config, surroundings) => {
    switch (config.protocol) {
      case 'vmess':
        return makeVmessOutbound(config, surroundings)
      default:
        throw new Fault('INTERNAL_INVARIANT', { why: `no outbound ${config.protocol}` })
    }
  },
}
