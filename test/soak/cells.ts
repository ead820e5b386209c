/** What the soak runs over: every transport, alone and in TLS, without mux and with it. */
import { makeTlsSettings } from '../support/tls-settings.js'

export interface Cell {
  readonly name: string
  /** What lies on the wire between both hops. */
  readonly wire: 'tcp' | 'udp'
  /** `streamSettings` of both sides. */
  readonly stream: object
  /** Further fields of the client's outbound. */
  readonly outbound: object
  /** Further fields of its `settings`. */
  readonly settings: object
}

interface Carrier {
  readonly name: string
  readonly stream: object
  /** Whether it also runs in TLS. */
  readonly tls: boolean
}

const UDP_NETWORK = 'kcp'
const KCP = { uplinkCapacity: 50, downlinkCapacity: 50 }
const EARLY = { path: '/early', maxEarlyData: 2_048, earlyDataHeaderName: 'Sec-WebSocket-Protocol' }
const HTTP_HEADER = { header: { type: 'http', request: { path: ['/index'] } } }

const CARRIERS: readonly Carrier[] = [
  { name: 'tcp', stream: { network: 'tcp' }, tls: true },
  { name: 'http header', stream: { network: 'tcp', tcpSettings: HTTP_HEADER }, tls: false },
  { name: 'ws', stream: { network: 'ws', wsSettings: { path: '/ray' } }, tls: true },
  { name: 'ws, early data', stream: { network: 'ws', wsSettings: EARLY }, tls: true },
  {
    name: 'httpupgrade',
    stream: { network: 'httpupgrade', httpupgradeSettings: { path: '/up' } },
    tls: true,
  },
  { name: 'h2', stream: { network: 'h2', httpSettings: { path: '/tunnel' } }, tls: true },
  { name: 'grpc', stream: { network: 'grpc', grpcSettings: { serviceName: 'Gun' } }, tls: true },
  { name: 'grpc multi', stream: { network: 'grpc', grpcSettings: { multiMode: true } }, tls: false },
  { name: 'kcp', stream: { network: UDP_NETWORK, kcpSettings: KCP }, tls: true },
  {
    name: 'kcp, seed',
    stream: { network: UDP_NETWORK, kcpSettings: { ...KCP, seed: 'a seed', header: { type: 'utp' } } },
    tls: false,
  },
]

/** `udp` names how datagrams travel: each form has cells of every transport. */
const FORMS: readonly { readonly name: string; readonly outbound: object; readonly settings: object }[] = [
  { name: 'single', outbound: {}, settings: { packetEncoding: 'packet' } },
  { name: 'mux', outbound: { mux: { enabled: true, concurrency: 8 } }, settings: { packetEncoding: 'xudp' } },
]

export async function makeCells(): Promise<readonly Cell[]> {
  const secure = await makeTlsSettings()
  return CARRIERS.flatMap(({ name, stream, tls }) => {
    const wire = 'network' in stream && stream.network === UDP_NETWORK ? ('udp' as const) : ('tcp' as const)
    const streams = [
      { name, stream },
      ...(tls ? [{ name: `${name}, TLS`, stream: { ...stream, ...secure } }] : []),
    ]
    return streams.flatMap((each) =>
      FORMS.map(({ name: form, outbound, settings }) => ({
        name: `${each.name}, ${form}`,
        wire,
        stream: each.stream,
        outbound,
        settings,
      })),
    )
  })
}
