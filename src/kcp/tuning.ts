import { DATA_OVERHEAD } from './segment.js'

/** What a configuration says about mKCP (config §7.3). */
export interface KcpSettings {
  /** Bytes of a whole packet. */
  readonly mtu: number
  /** How often v2ray looks at a connection; its acks come that late. */
  readonly ttiMs: number
  /** MB/s. */
  readonly uplinkCapacity: number
  readonly downlinkCapacity: number
  readonly congestion: boolean
  /** Bytes. */
  readonly readBuffer: number
  readonly writeBuffer: number
}

/** The numbers that a session works with; counts are of segments. */
export interface KcpTuning {
  /** The most payload of one segment. */
  readonly segmentBytes: number
  readonly ttiMs: number
  /** How many may be under way at once. */
  readonly sendWindow: number
  /** Where congestion control begins; undefined: there is none. */
  readonly controlWindow: number | undefined
  /** How many are held for an application that does not read, or because one before them is missing. */
  readonly receiveWindow: number
  /** Bytes written but not acknowledged from which a writer is asked to stop. */
  readonly writeBuffer: number
}

const MEGABYTE = 1024 * 1024
const LEAST_WINDOW = 8
/** v2ray lets twenty times the capacity go without an ack, and so do we: pauses cost more than losses. */
const BURST = 20

/** @param overhead bytes of a packet that are not segments */
export function tune(settings: KcpSettings, overhead: number): KcpTuning {
  const { mtu, ttiMs, congestion, readBuffer, writeBuffer } = settings
  const uplink = perInterval(settings.uplinkCapacity, settings)
  return {
    segmentBytes: mtu - overhead - DATA_OVERHEAD,
    ttiMs,
    sendWindow: Math.max(LEAST_WINDOW, Math.min(uplink * BURST, Math.floor(writeBuffer / mtu))),
    controlWindow: congestion ? uplink : undefined,
    receiveWindow: Math.max(
      LEAST_WINDOW,
      Math.min(perInterval(settings.downlinkCapacity, settings), Math.floor(readBuffer / mtu)),
    ),
    writeBuffer,
  }
}

/** Packets that a capacity lets through between two looks. */
function perInterval(capacity: number, { mtu, ttiMs }: KcpSettings): number {
  const packets = Math.floor(Math.floor((capacity * MEGABYTE) / mtu) / Math.floor(1000 / ttiMs))
  return Math.max(LEAST_WINDOW, packets)
}
