/** What carries the bytes of a server that is described without a file. */
import type { StreamConfig } from '../config/config.js'
import { DEFAULT_GRPC } from '../config/grpc-settings.js'
import { DEFAULT_H2 } from '../config/h2-settings.js'
import { splitPath } from '../config/http-place.js'
import { DEFAULT_TLS } from '../config/tls.js'
import type { TransportName } from './transports.js'

export interface StreamChoice {
  readonly transport: TransportName
  /** ws, httpupgrade and h2; `/` unless given. */
  readonly path?: string | undefined
  /** ws, httpupgrade and h2: the Host that clients have to ask for; any, unless given. */
  readonly host?: string | undefined
  /** grpc. */
  readonly serviceName?: string | undefined
  readonly tls?: TlsChoice | undefined
}

export interface TlsChoice {
  /** PEM files; read again when they change. */
  readonly certificateFile: string
  readonly keyFile: string
  /** The name for links; the address of the server unless given. */
  readonly serverName?: string | undefined
}

export function makeStream({ tls, ...choice }: StreamChoice): StreamConfig {
  const network = makeNetwork(choice)
  if (tls === undefined) return { ...network, security: 'none' }
  const { certificateFile, keyFile, serverName } = tls
  const own = {
    usage: 'encipherment',
    certificate: { file: certificateFile },
    key: { file: keyFile },
  } as const
  return {
    ...network,
    security: 'tls',
    tls: { ...DEFAULT_TLS, certificates: [own], ...(serverName !== undefined && { serverName }) },
  }
}

function makeNetwork({ transport, path = '/', host, serviceName }: Omit<StreamChoice, 'tls'>) {
  switch (transport) {
    case 'tcp':
      return { network: 'tcp' } as const
    case 'ws':
      return { network: 'ws', headers: {}, ...splitPath(path), ...(host !== undefined && { host }) } as const
    case 'httpupgrade':
      return {
        network: 'httpupgrade',
        headers: {},
        path: splitPath(path).path,
        ...(host !== undefined && { host }),
      } as const
    case 'h2':
      return { ...DEFAULT_H2, path: splitPath(path).path, ...(host !== undefined && { hosts: [host] }) }
    case 'grpc':
      return { ...DEFAULT_GRPC, ...(serviceName !== undefined && { serviceName }) }
  }
}
