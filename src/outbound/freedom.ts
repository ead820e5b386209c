/** Straight to the destination (config §4.4). */
import { type Destination, formatHostPort, hostOf, makeDestination } from '../address/destination.js'
import { parseIp } from '../address/ip.js'
import type { FreedomSettings, OutboundConfig } from '../config/config.js'
import type { Connection } from '../contracts/connection.js'
import type { PacketConnection } from '../contracts/datagram.js'
import type { Flow } from '../contracts/flow.js'
import type { Outbound, OutboundSurroundings } from '../contracts/outbound.js'
import { Fault } from '../faults/fault.js'
import { encodeProxyHeader } from '../proxy-protocol/header-encoder.js'
import { FreedomPackets } from './freedom-packets.js'
import { leadsBack } from './loop.js'
import { interleave, race } from './race.js'
import { type Resolve, systemResolve } from './resolve.js'

type FreedomConfig = Extract<OutboundConfig, { protocol: 'freedom' }>

export interface FreedomSurroundings extends OutboundSurroundings {
  /** Turns names into addresses; the system's resolver when absent. */
  readonly resolve?: Resolve
}

export function makeFreedomOutbound(config: FreedomConfig, surroundings: FreedomSurroundings): Outbound {
  return new FreedomOutbound(config, surroundings)
}

class FreedomOutbound implements Outbound {
  readonly tag: string
  readonly protocol: string
  readonly #config: FreedomConfig
  readonly #surroundings: FreedomSurroundings

  constructor(config: FreedomConfig, surroundings: FreedomSurroundings) {
    this.tag = config.tag
    this.protocol = config.protocol
    this.#config = config
    this.#surroundings = surroundings
  }

  async connect(flow: Flow, signal: AbortSignal): Promise<Connection> {
    const connection = await this.#reach(flow, signal)
    const { proxyProtocol: version } = this.#config.settings
    if (version !== undefined) {
      connection.write(encodeProxyHeader({ version, source: flow.source, target: connection.remote }))
    }
    return connection
  }

  async #reach(flow: Flow, signal: AbortSignal): Promise<Connection> {
    const destination = this.#redirected(flow.destination)
    const { port } = destination
    const dial = (host: string, attempt: AbortSignal): Promise<Connection> =>
      this.#dial({ host, port }, { flow, signal: attempt })
    if (destination.kind === 'ip') return dial(hostOf(destination), signal)
    const addresses = interleave(await this.#addressesOf(destination.host, signal))
    return race({ addresses, signal, connect: dial })
  }

  associate(flow: Flow): Promise<PacketConnection> {
    const { datagrams, tally, logger } = this.#surroundings
    return Promise.resolve(
      new FreedomPackets({
        datagrams,
        tally,
        logger,
        localAddress: this.#config.sendThrough,
        onePeer: flow.onePeer === true,
        entrance: flow.entrance,
        redirect: (destination) => this.#redirected(destination),
        resolve: (host) => this.#addressesOf(host, new AbortController().signal),
      }),
    )
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  async #dial(
    address: { readonly host: string; readonly port: number },
    { flow, signal }: { readonly flow: Flow; readonly signal: AbortSignal },
  ): Promise<Connection> {
    const { host, port } = address
    if (leadsBack({ address: host, port }, flow.entrance)) {
      throw new Fault('RELAY_LOOP', { why: formatHostPort(host, port) })
    }
    const { transport, tally } = this.#surroundings
    const { sendThrough: localAddress } = this.#config
    return transport.connect({ kind: 'tcp', host, port }, { signal, tally, localAddress })
  }

  #redirected(destination: Destination): Destination {
    const { redirect } = this.#config.settings
    if (redirect === undefined) return destination
    const port = redirect.port === 0 ? destination.port : redirect.port
    return redirect.host === '' ? { ...destination, port } : makeDestination(redirect.host, port)
  }

  /** Never empty. Rejects with `DIAL_NAME` or `DIAL_UNREACHABLE`. */
  async #addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]> {
    const { resolve = systemResolve } = this.#surroundings
    const all = await resolve(host, signal)
    if (all.length === 0) throw new Fault('DIAL_NAME', { why: `${host} has no address` })
    const wanted = ofStrategy(all, this.#config.settings.domainStrategy)
    return ofLocal(wanted.length > 0 ? wanted : all, { host, local: this.#config.sendThrough })
  }
}

/** Where no address is of the wanted family the name is dialled as it is, as V2Ray does (config §4.4). */
function ofStrategy(
  addresses: readonly string[],
  strategy: FreedomSettings['domainStrategy'],
): readonly string[] {
  if (strategy === 'UseIPv4') return addresses.filter((address) => parseIp(address)?.length === 4)
  if (strategy === 'UseIPv6') return addresses.filter((address) => parseIp(address)?.length === 16)
  return addresses
}

interface LocalOptions {
  readonly host: string
  readonly local: string | undefined
}

/** From an IPv4 address only IPv4 can be reached, and likewise for IPv6. */
function ofLocal(addresses: readonly string[], { host, local }: LocalOptions): readonly string[] {
  if (local === undefined) return addresses
  const same = addresses.filter((address) => address.includes(':') === local.includes(':'))
  if (same.length > 0) return same
  throw new Fault('DIAL_UNREACHABLE', {
    why: `${host} has no address of the family of ${local} (sendThrough)`,
  })
}
