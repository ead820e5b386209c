import type { FaultTable } from '../entry.js'

/** HTTP/2 and gRPC as carriers (protocol §9.4, §9.5). */
export const HTTP2_FAULTS = {
  TRANSPORT_H2_PROTOCOL: {
    what: 'the peer does not speak HTTP/2 properly',
    blame: 'peer',
    cause:
      'It broke the rules of HTTP/2, or it speaks something else: HTTP/1.1, TLS on a plain port, or another protocol.',
    hint: 'compare network, port and TLS of both sides',
  },
  TRANSPORT_H2_FLOOD: {
    what: 'the peer flooded an HTTP/2 connection',
    blame: 'peer',
    cause:
      'It sent more streams that it reset at once, control frames or header frames than any client has use for. That is an attack, or a broken client.',
  },
  TRANSPORT_H2_SILENT: {
    what: 'no answer on an HTTP/2 connection',
    blame: 'environment',
    cause:
      'The peer did not introduce itself in time, or a connection that many flows share went dead: its path through the network is gone. The next flow gets a new one.',
  },
  TRANSPORT_H2_GOAWAY: {
    what: 'the peer ended the HTTP/2 connection',
    blame: 'peer',
    cause: 'It gave an error code as its reason: it found fault with us, or protects itself.',
  },
  TRANSPORT_H2_STATUS: {
    what: 'the server answered with another HTTP status than 200',
    blame: 'peer',
    cause:
      'Usually 404: path, host or serviceName differ from the server. 502 and 504 come from a web server in front that does not reach it.',
    hint: 'compare path, host or serviceName of both sides',
  },
  TRANSPORT_H2_ALPN: {
    what: 'the server does not offer HTTP/2',
    blame: 'peer',
    cause:
      'The TLS handshake did not agree on `h2`: it is a server for another transport, or a proxy in front has HTTP/2 off.',
    hint: 'compare the network of both sides, and alpn',
  },
  TRANSPORT_GRPC_STATUS: {
    what: 'the gRPC server ended the stream with an error',
    blame: 'peer',
    cause: 'Status 12 means that it has no such service: serviceName differs.',
    hint: 'compare serviceName of both sides',
  },
  TRANSPORT_GRPC_MESSAGE: {
    what: 'not a gRPC message of a tunnel',
    blame: 'peer',
    cause:
      'A length is false, the message is compressed or too long, or it holds other fields than the one of a tunnel.',
  },
} as const satisfies FaultTable
