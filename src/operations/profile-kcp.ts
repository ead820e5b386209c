/** mKCP in share links ↔ in configurations. */
import type { KcpConfig } from '../config/config.js'
import { bufferBytes, DEFAULT_KCP, KCP_BOUNDS, MOST_MEGABYTES } from '../config/kcp-settings.js'
import type { ProfileTransport } from '../dialects/profile.js'
import { Fault } from '../faults/fault.js'

type KcpProfile = Extract<ProfileTransport, { network: 'kcp' }>

/** What a link asks for; V2Ray's defaults for the rest. Throws `CONFIG_UNSUPPORTED` for sizes out of bounds. */
export function kcpFromProfile({ header, seed, mtu, tti, ...tuning }: KcpProfile): KcpConfig {
  const { uplinkCapacity, downlinkCapacity, congestion, readBufferSize, writeBufferSize } = tuning
  return {
    ...DEFAULT_KCP,
    header,
    // Links have no way to say that a seed is there and empty.
    ...(seed !== '' && { seed }),
    mtu: bounded('mtu', mtu ?? DEFAULT_KCP.mtu),
    ttiMs: bounded('tti', tti ?? DEFAULT_KCP.ttiMs),
    ...(uplinkCapacity !== undefined && { uplinkCapacity }),
    ...(downlinkCapacity !== undefined && { downlinkCapacity }),
    ...(congestion !== undefined && { congestion }),
    ...(readBufferSize !== undefined && { readBuffer: bufferOf(readBufferSize) }),
    ...(writeBufferSize !== undefined && { writeBuffer: bufferOf(writeBufferSize) }),
  }
}

/** What clients have to know. Throws `CONFIG_NO_SHARE_LINK` for the seed that no link can carry. */
export function kcpProfileOf({ header, seed, mtu, ttiMs }: KcpConfig): KcpProfile {
  if (seed === '') throw new Fault('CONFIG_NO_SHARE_LINK', { why: 'the seed of kcp is empty, but there' })
  return {
    network: 'kcp',
    header,
    seed: seed ?? '',
    ...(mtu !== DEFAULT_KCP.mtu && { mtu }),
    ...(ttiMs !== DEFAULT_KCP.ttiMs && { tti: ttiMs }),
  }
}

/** Throws `CONFIG_UNSUPPORTED` for what cannot be meant. */
function bufferOf(megabytes: number): number {
  if (megabytes >= 0 && megabytes <= MOST_MEGABYTES) return bufferBytes(megabytes)
  const why = `a buffer of kcp is ${megabytes} MB; allowed: 0 to ${MOST_MEGABYTES}`
  throw new Fault('CONFIG_UNSUPPORTED', { why })
}

function bounded(name: keyof typeof KCP_BOUNDS, value: number): number {
  const { least, most } = KCP_BOUNDS[name]
  if (value >= least && value <= most) return value
  throw new Fault('CONFIG_UNSUPPORTED', { why: `${name} of kcp is ${value}; allowed: ${least} to ${most}` })
}
