/** `wsSettings` and `httpupgradeSettings` (config §7.4, §7.7). */
import type { NetworkConfig } from './config.js'
import { hostName, httpHeaders, makePlace, placePath } from './http-place.js'
import { flag, text, wholeNumber } from './scalars.js'
import { check, ignored, maybe, object, optional, refused } from './shape.js'

/** Early data takes a third more room in its header; heads of more than 8 KiB are refused by many. */
const MOST_EARLY_BYTES = 8_192
const earlyBytes = check(wholeNumber(0, 2_147_483_647), (value, place) => {
  if (value > MOST_EARLY_BYTES) place.report('VM-E03', `must be at most ${MOST_EARLY_BYTES}`)
  return value
})

export const wsSettings = object({
  path: optional(placePath, placePath.blank),
  host: optional(hostName, ''),
  headers: optional(httpHeaders, {}),
  maxEarlyData: maybe(earlyBytes),
  earlyDataHeaderName: maybe(
    check(text, (name, place) => {
      if (!/^[\w-]*$/.test(name)) place.report('VM-N06', 'is not the name of a header')
      return name
    }),
  ),
  acceptProxyProtocol: optional(flag, false),
  heartbeatPeriod: ignored('pings are answered, not sent'),
  useBrowserForwarding: refused('forwarding by a browser is not supported'),
  parseXForwardedFor: ignored('clients are known by the address that connects'),
})

export const httpupgradeSettings = object({
  path: optional(placePath, placePath.blank),
  host: optional(hostName, ''),
  headers: optional(httpHeaders, {}),
  acceptProxyProtocol: optional(flag, false),
  maxEarlyData: ignored('payload waits for the answer of the server'),
  earlyDataHeaderName: ignored('payload waits for the answer of the server'),
})

type Role = 'inbound' | 'outbound'

export function readWs(settings: typeof wsSettings.blank | undefined, role: Role): NetworkConfig {
  const { path, host, headers, ...rest } = settings ?? wsSettings.blank
  const { maxEarlyData: bytes = 0, earlyDataHeaderName: header, acceptProxyProtocol } = rest
  const earlyData =
    bytes > 0 ? { bytes, ...(header !== undefined && header !== '' && { header }) } : path.earlyData
  return {
    network: 'ws',
    ...makePlace({ path: path.path, host, headers }, role),
    ...(earlyData && { earlyData }),
    ...(acceptProxyProtocol && { acceptProxyProtocol }),
  }
}

export function readHttpupgrade(
  settings: typeof httpupgradeSettings.blank | undefined,
  role: Role,
): NetworkConfig {
  const { path, host, headers, acceptProxyProtocol } = settings ?? httpupgradeSettings.blank
  return {
    network: 'httpupgrade',
    ...makePlace({ path: path.path, host, headers }, role),
    ...(acceptProxyProtocol && { acceptProxyProtocol }),
  }
}
