import { CLI_FAULTS } from './codes/cli.js'
import { CLOCK_FAULTS } from './codes/clock.js'
import { CONFIG_FAULTS } from './codes/config.js'
import { DIAL_FAULTS } from './codes/dial.js'
import { HTTP2_FAULTS } from './codes/http2.js'
import { HTTP_FAULTS } from './codes/http.js'
import { HTTP_HEADER_FAULTS } from './codes/http-header.js'
import { IMPORT_FAULTS } from './codes/import.js'
import { INTERNAL_FAULTS } from './codes/internal.js'
import { KCP_FAULTS } from './codes/kcp.js'
import { LINK_FAULTS } from './codes/link.js'
import { MATCH_FAULTS } from './codes/match.js'
import { MUX_FAULTS } from './codes/mux.js'
import { PAIR_FAULTS } from './codes/pair.js'
import { PICTURE_FAULTS } from './codes/picture.js'
import { PROBE_FAULTS } from './codes/probe.js'
import { PROFILE_FAULTS } from './codes/profile.js'
import { NTP_FAULTS } from './codes/ntp.js'
import { PROXY_PROTOCOL_FAULTS } from './codes/proxy-protocol.js'
import { QR_FAULTS } from './codes/qr.js'
import { RELAY_FAULTS } from './codes/relay.js'
import { SOCKS_FAULTS } from './codes/socks.js'
import { SUBSCRIPTION_FAULTS } from './codes/subscription.js'
import { TRANSPORT_FAULTS } from './codes/transport.js'
import { VERSION_FAULTS } from './codes/version.js'
import { VMESS_FAULTS } from './codes/vmess.js'
import { WIRE_FAULTS } from './codes/wire.js'

/** Every fault there is, by code. One file per area in `codes/`. */
export const FAULTS = {
  ...WIRE_FAULTS,
  ...VMESS_FAULTS,
  ...MUX_FAULTS,
  ...SOCKS_FAULTS,
  ...HTTP_FAULTS,
  ...HTTP2_FAULTS,
  ...LINK_FAULTS,
  ...IMPORT_FAULTS,
  ...PROFILE_FAULTS,
  ...SUBSCRIPTION_FAULTS,
  ...PROBE_FAULTS,
  ...PICTURE_FAULTS,
  ...QR_FAULTS,
  ...CONFIG_FAULTS,
  ...PAIR_FAULTS,
  ...TRANSPORT_FAULTS,
  ...HTTP_HEADER_FAULTS,
  ...PROXY_PROTOCOL_FAULTS,
  ...KCP_FAULTS,
  ...DIAL_FAULTS,
  ...RELAY_FAULTS,
  ...NTP_FAULTS,
  ...CLOCK_FAULTS,
  ...MATCH_FAULTS,
  ...VERSION_FAULTS,
  ...CLI_FAULTS,
  ...INTERNAL_FAULTS,
} as const

export type FaultCode = keyof typeof FAULTS
