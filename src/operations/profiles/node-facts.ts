/** What lists of profiles say of each: nothing secret. */
import { formatHostPort } from '../../address/destination.js'
import { maskUuid } from '../../account/uuid.js'
import type { Profile } from '../../dialects/profile.js'

export interface NodeFacts {
  /** `vpn.example.com:443`, IPv6 in brackets. */
  readonly server: string
  /** `ws`, `tcp+http`. */
  readonly transport: string
  /** `none`, `tls`, `reality`. */
  readonly tls: string
  /** The certificate of the server is not checked, so whoever is in between can read everything. */
  readonly insecure: boolean
  /** Masked. */
  readonly id: string
}

export function nodeFacts({ server, port, transport, tls, uuid }: Profile): NodeFacts {
  const disguised = transport.network === 'tcp' && transport.header === 'http'
  return {
    server: formatHostPort(server, port),
    transport: disguised ? 'tcp+http' : transport.network,
    tls: tls === undefined ? 'none' : tls.reality === undefined ? 'tls' : 'reality',
    insecure: tls?.insecure === true && tls.pinnedSha256 === '',
    id: maskUuid(uuid),
  }
}
