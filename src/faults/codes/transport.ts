import type { FaultTable } from '../entry.js'

export const TRANSPORT_FAULTS = {
  TRANSPORT_LISTEN: {
    what: 'cannot listen',
    blame: 'environment',
    cause:
      'Another program uses the address, the address is not of this machine, or the port needs more rights.',
    hint: 'choose another address or port, or stop the program that uses it',
  },
  TRANSPORT_DESCRIPTORS: {
    what: 'there are no file descriptors left',
    blame: 'environment',
    cause:
      'Every connection needs one, and this process has as many open as it may: too many clients at once, or ' +
      'strangers who connect and stay silent. New connections are closed before anybody hears of them.',
    hint: 'raise the limit (LimitNOFILE= of the systemd unit, ulimit -n), or keep the strangers out with a firewall',
  },
  TRANSPORT_RESET: {
    what: 'the connection broke',
    blame: 'peer',
    cause: 'The peer, or something between, reset the connection instead of closing it.',
  },
  TRANSPORT_TLS_FILES: {
    what: 'the certificates cannot be used',
    blame: 'caller',
    cause:
      'A certificate or key file is missing or unreadable, is no PEM, or the key belongs to another certificate.',
    hint: 'check certificateFile and keyFile; the certificate file should hold the whole chain',
  },
  TRANSPORT_CERTIFICATE_HOST: {
    what: 'a certificate cannot be made for this host',
    blame: 'caller',
    cause:
      'It is neither a host name, which may begin with `*.`, nor an IP address; ports and schemes do not belong there.',
    hint: 'give for instance --host vpn.example.com --host 203.0.113.7',
  },
  TRANSPORT_TLS_EXPIRED: {
    what: 'the certificate of the server is out of date',
    blame: 'peer',
    cause:
      'It has expired or is not valid yet: it was not renewed, the server was not told of the renewal, or the clock of this machine is wrong.',
    hint: "renew the server's certificate, or set the clock",
  },
  TRANSPORT_TLS_NAME: {
    what: 'the certificate of the server is for another name',
    blame: 'caller',
    cause: 'The name that was asked for is not among those in the certificate.',
    hint: 'set serverName to a name of the certificate',
  },
  TRANSPORT_TLS_UNTRUSTED: {
    what: 'the certificate of the server is not trusted',
    blame: 'peer',
    cause:
      'No known authority signed it: it is self-signed, or the server does not send the intermediate certificates.',
    hint: 'let the server send the full chain, add its authority with usage "verify", or pin the certificate',
  },
  TRANSPORT_TLS_PIN: {
    what: 'the certificate of the server is not the pinned one',
    blame: 'peer',
    cause: 'The certificate was renewed since it was pinned, or somebody else answers.',
    hint: 'pin the new certificate if the change was meant',
  },
  TRANSPORT_TLS_CLIENT: {
    what: 'the certificate of a client was refused',
    blame: 'peer',
    cause: 'The client sent no certificate, or one that none of the "verify" authorities signed.',
    hint: 'give the client a certificate of that authority',
  },
  TRANSPORT_TLS_PLAIN: {
    what: 'the other side does not speak TLS',
    blame: 'caller',
    cause: 'TLS is switched on here and off there, or the port belongs to something else.',
    hint: 'switch TLS on or off on both sides alike',
  },
  TRANSPORT_TLS_ALERT: {
    what: 'the other side refused the TLS handshake',
    blame: 'peer',
    cause:
      'It sent an alert, whose name follows: it wants another name, version, ALPN protocol or certificate, or does not trust ours.',
  },
  TRANSPORT_TLS_HANDSHAKE: {
    what: 'the TLS handshake failed',
    blame: 'peer',
    cause: 'The other side closed the connection, took too long, or broke the rules of TLS.',
    hint: 'check that TLS is on at both sides, and the server name',
  },
  TRANSPORT_UPGRADE: {
    what: 'the server did not switch to the transport',
    blame: 'peer',
    cause:
      'An HTTP request asked for a WebSocket or an upgrade, and the answer was something else: path or Host differ from those of the server, or a web server or CDN in front does not pass the upgrade on.',
    hint: 'compare path, Host and TLS with the server',
  },
  TRANSPORT_REQUEST: {
    what: 'a request to the transport was refused',
    blame: 'peer',
    cause:
      'A client or stranger asked for another path or Host than the configured one, or sent no proper upgrade request. It was answered as any web server would.',
    hint: "if this is one of your clients, compare its path and Host with the inbound's",
  },
  TRANSPORT_WEBSOCKET: {
    what: 'the WebSocket failed',
    blame: 'peer',
    cause:
      'The peer broke the rules of its frames, sent a message over the limit, or closed with a code that names a fault.',
  },
} as const satisfies FaultTable
