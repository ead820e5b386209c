import type { FaultTable } from '../entry.js'

export const PROXY_PROTOCOL_FAULTS = {
  TRANSPORT_PROXY_HEADER: {
    what: 'a connection does not begin with a PROXY header',
    blame: 'peer',
    cause:
      'The option `acceptProxyProtocol` is on, so that only the load balancer or web server in front may connect, and it has to send the header.',
    hint: 'switch the PROXY protocol on in what stands in front, or off here',
  },
} as const satisfies FaultTable
