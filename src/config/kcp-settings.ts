/** `kcpSettings` (config §7.3). */
import type { KcpConfig, PacketHeader } from './config.js'
import { flag, text, uint32, wholeNumber, word } from './scalars.js'
import { check, convert, ignored, maybe, object, optional, required, ruled, type Shape } from './shape.js'

const MEGABYTE = 1024 * 1024
/** What a buffer of 0 MB means. */
const LEAST_BUFFER = 512 * 1024
/** More could not be told apart from no limit, and would not fit any memory. */
export const MOST_MEGABYTES = 4_096

const HEADERS: Readonly<Record<PacketHeader, PacketHeader>> = {
  none: 'none',
  srtp: 'srtp',
  utp: 'utp',
  'wechat-video': 'wechat-video',
  dtls: 'dtls',
  wireguard: 'wireguard',
}

/** Bytes of a packet, and milliseconds between two looks at a connection. */
export const KCP_BOUNDS = { mtu: { least: 576, most: 1460 }, tti: { least: 10, most: 100 } } as const

/** Bytes for the megabytes of a file. */
export function bufferBytes(megabytes: number): number {
  return megabytes * MEGABYTE || LEAST_BUFFER
}

/** What V2Ray runs where the file says nothing. */
export const DEFAULT_KCP: KcpConfig = {
  network: 'kcp',
  header: 'none',
  mtu: 1350,
  ttiMs: 50,
  uplinkCapacity: 5,
  downlinkCapacity: 20,
  congestion: false,
  readBuffer: 2 * MEGABYTE,
  writeBuffer: 2 * MEGABYTE,
}

const NOT_OURS = 'the windows follow from capacity and buffer size'

const header: Shape<PacketHeader> = convert(
  object({ type: required(word(HEADERS, 'none')) }),
  'none',
  ({ type }) => type,
)

const megabytes = check(uint32, (value, place) => {
  if (value > MOST_MEGABYTES) place.report('VM-E03', `must be at most ${MOST_MEGABYTES}`)
  return value
})

const seed = check(text, (value, place) => {
  if (value === '') place.report('VM-N12', 'an empty seed is not the same as none')
  return value
})

export const kcpSettings: Shape<KcpConfig> = convert(
  object({
    mtu: optional(ruled('VM-N11', wholeNumber(KCP_BOUNDS.mtu.least, KCP_BOUNDS.mtu.most)), DEFAULT_KCP.mtu),
    tti: optional(ruled('VM-N11', wholeNumber(KCP_BOUNDS.tti.least, KCP_BOUNDS.tti.most)), DEFAULT_KCP.ttiMs),
    uplinkCapacity: optional(uint32, DEFAULT_KCP.uplinkCapacity),
    downlinkCapacity: optional(uint32, DEFAULT_KCP.downlinkCapacity),
    congestion: optional(flag, DEFAULT_KCP.congestion),
    readBufferSize: optional(megabytes, 2),
    writeBufferSize: optional(megabytes, 2),
    header: optional(header, DEFAULT_KCP.header),
    // An empty seed is not the same as none.
    seed: maybe(seed),
    cwndMultiplier: ignored(NOT_OURS),
    maxSendingWindow: ignored(NOT_OURS),
  }),
  DEFAULT_KCP,
  (values): KcpConfig => ({
    network: 'kcp',
    header: values.header,
    ...(values.seed !== undefined && { seed: values.seed }),
    mtu: values.mtu,
    ttiMs: values.tti,
    uplinkCapacity: values.uplinkCapacity,
    downlinkCapacity: values.downlinkCapacity,
    congestion: values.congestion,
    readBuffer: bufferBytes(values.readBufferSize),
    writeBuffer: bufferBytes(values.writeBufferSize),
  }),
)
