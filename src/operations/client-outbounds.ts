/** One profile as the outbounds of a configuration in a dialect. */
import { formatUuid } from '../account/uuid.js'
import type { Profile } from '../dialects/profile.js'
import type { ServerDialect } from '../dialects/server-profile.js'
import { writeV2rayTransport } from '../dialects/server-v2ray-writer.js'
import { Fault } from '../faults/fault.js'

export type JsonObject = Readonly<Record<string, unknown>>

/** Throws `PAIR_FORMAT`. */
export async function clientOutbounds(
  profile: Profile,
  format: ServerDialect,
): Promise<readonly JsonObject[]> {
  if (format !== 'v2ray4' && format !== 'xray') {
    throw new Fault('PAIR_FORMAT', { why: `clients of ${format} are not written yet; --side server is` })
  }
  const { uuid, alterId, security, server: address, port, transport, tls } = profile
  const user = { id: formatUuid(uuid), ...(format === 'v2ray4' && { alterId }), security }
  const block = writeV2rayTransport(transport, format) as { readonly wsSettings?: object }
  const host = 'host' in transport ? transport.host : ''
  const withHost = format === 'v2ray4' && block.wsSettings !== undefined && host !== ''
  return [
    {
      protocol: 'vmess',
      settings: { vnext: [{ address, port, users: [user] }] },
      streamSettings: {
        network: transport.network,
        ...block,
        ...(withHost && { wsSettings: { ...block.wsSettings, headers: { Host: host } } }),
        ...(tls && { security: 'tls', tlsSettings: { serverName: tls.serverName } }),
      },
    },
  ]
}
