/** One server to be measured: what is below its tunnel, step by step, and connections through it. */
import type { OutboundConfig } from '../../config/config.js'
import type { Destination } from '../../address/destination.js'
import type { Connection } from '../../contracts/connection.js'
import type { Outbound } from '../../contracts/outbound.js'
import type { Counter, Transport } from '../../contracts/transport.js'
import type { Profile } from '../../dialects/profile.js'
import { makePolicyTable } from '../../engine/policy.js'
import { BUILT_IN } from '../../engine/registry.js'
import { systemClock, systemRandom } from '../../ports/ports.js'
import { configOfProfile } from '../link-input.js'
import { SILENT } from '../running.js'

export interface Tunnel {
  /** Opens tcp to the server and closes it again; absent where the server is reached by UDP. */
  readonly tcp?: (signal: AbortSignal) => Promise<void>
  /** The same, with the TLS handshake; absent without TLS. */
  readonly tls?: (signal: AbortSignal) => Promise<void>
  /** A connection through the server, which says nothing of whether it reached the destination. */
  connect(destination: Destination, signal: AbortSignal): Promise<Connection>
  close(): Promise<void>
}

const ignored: Counter = { add: () => undefined }
const TALLY = { read: ignored, written: ignored }

/** Throws `CONFIG_UNSUPPORTED` for a profile that cannot be run. */
export function openTunnel(profile: Profile): Tunnel {
  const [config] = configOfProfile(profile).config.outbounds as [OutboundConfig]
  const { stream } = config
  const outbound = makeOutbound(config)
  const address = { kind: 'tcp', host: profile.server, port: profile.port } as const
  const reach = (transport: Transport) => async (signal: AbortSignal) => {
    ;(await transport.connect(address, { signal })).abort()
  }
  const overTcp = stream.network !== 'kcp'
  return {
    ...(overTcp && { tcp: reach(BUILT_IN.makeTransport({ network: 'tcp', security: 'none' })) }),
    ...(overTcp &&
      stream.security === 'tls' && {
        tls: reach(BUILT_IN.makeTransport({ network: 'tcp', security: 'tls', tls: stream.tls })),
      }),
    connect: (destination, signal) => outbound.connect(flowTo(destination), signal),
    close: () => outbound.close(),
  }
}

function makeOutbound(config: OutboundConfig): Outbound {
  return BUILT_IN.makeOutbound(config, {
    clock: systemClock,
    random: systemRandom,
    logger: SILENT,
    policy: makePolicyTable(new Map()),
    datagrams: BUILT_IN.makeDatagrams(),
    transport: BUILT_IN.makeTransport(config.stream),
    tally: TALLY,
  })
}

function flowTo(destination: Destination) {
  const source = { address: '127.0.0.1', port: 0 }
  return {
    id: 0,
    network: 'tcp',
    destination,
    inboundTag: '',
    inboundProtocol: '',
    source,
    email: '',
    level: 0,
  } as const
}
