import type { FaultTable } from '../entry.js'

/** Mux.Cool: many flows on one connection, the carrier. */
export const MUX_FAULTS = {
  MUX_METADATA: {
    what: 'a mux frame has impossible metadata',
    blame: 'peer',
    cause:
      'The metadata of a frame has 4 to 512 bytes. Any other length means that the stream was altered, or that ' +
      'the peer speaks another multiplexing protocol, such as the smux, yamux or h2mux of sing-box.',
    hint: 'use mux of V2Ray or Xray on both sides, or switch it off',
  },
  MUX_STATUS: {
    what: 'a mux frame has an unknown status',
    blame: 'peer',
    cause:
      'A frame is one of New, Keep, End and KeepAlive. Where one is damaged, none after it can be trusted.',
  },
  MUX_NETWORK: {
    what: 'a mux session asks for an unknown network',
    blame: 'peer',
    cause: 'A session carries tcp or udp.',
  },
  MUX_SESSION_TAKEN: {
    what: 'a mux session was opened twice',
    blame: 'peer',
    cause: 'The id of a session that is still open came in another New frame; clients count their sessions.',
  },
  MUX_SESSION_ABORTED: {
    what: 'the other end aborted the mux session',
    blame: 'peer',
    cause:
      'The far end of the carrier could not reach the target, lost it, or does not know the session any more. ' +
      'Mux.Cool does not say which; the log of the other end does.',
  },
  MUX_CARRIER_ENDED: {
    what: 'the carrier of the mux session ended',
    blame: 'peer',
    cause: 'The connection that carried several flows was closed while this one was still open.',
    hint: 'if this happens often, switch mux off: it makes many flows depend on one connection',
  },
  MUX_UDP_443: {
    what: 'UDP to port 443 is not sent through mux',
    blame: 'caller',
    cause:
      'QUIC inside one tcp connection is slower than tcp itself, so `xudpProxyUDP443` is `reject` unless the ' +
      'configuration says otherwise. Browsers then use tcp.',
    hint: 'set mux.xudpProxyUDP443 to allow, or to skip for a connection without mux',
  },
  MUX_PACKET_ADDRESS: {
    what: 'a packetaddr datagram names no address',
    blame: 'peer',
    cause: 'Each datagram of packetaddr begins with an IPv4 or IPv6 address and a port.',
  },
} as const satisfies FaultTable
