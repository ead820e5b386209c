/** mKCP over UDP (protocol §9.8). */
import type { Connection } from '../contracts/connection.js'
import type { KcpConfig } from '../config/config.js'
import type { Address, ConnectOptions, Listener, ListenOptions, Transport } from '../contracts/transport.js'
import { nodeBackend } from '../crypto/node-backend.js'
import { Fault } from '../faults/fault.js'
import { PacketCodec } from '../kcp/packet-codec.js'
import { makePacketHeader } from '../kcp/packet-header.js'
import { makeProtection } from '../kcp/protection.js'
import { tune } from '../kcp/tuning.js'
import { type Random, systemRandom } from '../ports/ports.js'
import { KcpDialler } from './kcp-dialler.js'
import { type KcpCommon, listenKcp } from './kcp-listener.js'

export interface KcpOptions {
  readonly random?: Random
}

/** Connections over UDP with their own repeats and order; `config` has to agree at both ends. */
export function makeKcpTransport(config: KcpConfig, { random = systemRandom }: KcpOptions = {}): Transport {
  const dialler = new KcpDialler(() => makeCommon(config, random), random)
  return {
    name: 'kcp',
    connect: async (address: Address, options: ConnectOptions): Promise<Connection> =>
      dialler.connect(assertUdp(address, 'DIAL_FAILED'), options),
    listen: async (address: Address, options: ListenOptions): Promise<Listener> =>
      listenKcp(assertUdp(address, 'TRANSPORT_LISTEN'), options, makeCommon(config, random)),
  }
}

/** What the packets of one listener, or of one connection of a client, share. */
function makeCommon(config: KcpConfig, random: Random): KcpCommon {
  const header = makePacketHeader(config.header, random)
  const codec = new PacketCodec(header, makeProtection({ seed: config.seed, random, backend: nodeBackend }))
  return { codec, tuning: tune(config, codec.overhead) }
}

function assertUdp(address: Address, code: 'DIAL_FAILED' | 'TRANSPORT_LISTEN'): Address & { kind: 'tcp' } {
  if (address.kind === 'tcp') return address
  throw new Fault(code, { why: `${address.path}: mKCP needs a UDP port, not a path` })
}
