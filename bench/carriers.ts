/** What VMess rides on in the tables of transports: `streamSettings` that v2ray and we read alike. */
import { makeAuthority } from '../test/support/certificates.js'

export interface Carrier {
  readonly name: string
  /** `streamSettings` of the server and of the client. */
  readonly server: object
  readonly client: object
  /** Further fields of the client's outbound. */
  readonly outbound?: object
  /** Client and server are joined by a relay that loses and delays packets. */
  readonly lossy?: true
  /** MiB of one measured transfer, where that is not the usual. */
  readonly mebibytes?: number
}

const SERVER_NAME = 'bench.test'
const PATH = '/tunnel'

export interface Carriers {
  readonly ws: Carrier
  readonly wsTls: Carrier
  readonly h2: Carrier
  readonly mux: Carrier
  readonly kcp: Carrier
}

/** Those with TLS share one certificate, made here. */
export async function makeCarriers(): Promise<Carriers> {
  const { certificate, key } = await (await makeAuthority()).issue([SERVER_NAME])
  const lines = (pem: string) => pem.trim().split('\n')
  const certificates = [{ certificate: lines(certificate), key: lines(key) }]
  const overTls = (settings: object) => ({
    server: { ...settings, security: 'tls', tlsSettings: { certificates } },
    client: { ...settings, security: 'tls', tlsSettings: { serverName: SERVER_NAME, allowInsecure: true } },
  })
  const plain = (settings: object) => ({ server: settings, client: settings })
  const ws = { network: 'ws', wsSettings: { path: PATH } }
  const h2 = { network: 'http', httpSettings: { path: PATH, host: [SERVER_NAME] } }
  return {
    ws: { name: 'ws', ...plain(ws) },
    wsTls: { name: 'ws + TLS', ...overTls(ws) },
    h2: { name: 'h2 (TLS)', ...overTls(h2) },
    mux: {
      name: 'mux (tcp)',
      ...plain({ network: 'tcp' }),
      outbound: { mux: { enabled: true, concurrency: 8 } },
    },
    kcp: { name: 'kcp, 1 % loss, 50 ms', ...plain({ network: 'kcp' }), lossy: true, mebibytes: 64 },
  }
}
