import type { Snapshot } from '../../operations/running.js'
import { renderBytes, renderCount } from './units.js'

export interface Rates {
  /** Bytes per second. */
  readonly uplink: number
  readonly downlink: number
}

/** The live line of `serve`, `connect` and `quickstart`. */
export function renderStatus(snapshot: Snapshot, { uplink, downlink }: Rates): string {
  const { connections, users, uplinkBytes, downlinkBytes } = snapshot
  return [
    renderCount(connections, 'connection'),
    renderCount(users, 'user'),
    `up ${renderBytes(uplink)}/s (${renderBytes(uplinkBytes)})`,
    `down ${renderBytes(downlink)}/s (${renderBytes(downlinkBytes)})`,
  ].join('   ')
}

/** The last line, once everything has ended. */
export function renderTotals({ uplinkBytes, downlinkBytes }: Snapshot): string {
  return `stopped; ${renderBytes(uplinkBytes)} up, ${renderBytes(downlinkBytes)} down`
}

type Traffic = Pick<Snapshot, 'uplinkBytes' | 'downlinkBytes'>

/** Gives the rates since it was last asked; `now` in milliseconds. */
export function makeRateMeter(first: Traffic, now: number): (traffic: Traffic, now: number) => Rates {
  let last = { ...first, now }
  return ({ uplinkBytes, downlinkBytes }, now) => {
    const seconds = Math.max(now - last.now, 1) / 1_000
    const uplink = (uplinkBytes - last.uplinkBytes) / seconds
    const downlink = (downlinkBytes - last.downlinkBytes) / seconds
    last = { uplinkBytes, downlinkBytes, now }
    return { uplink, downlink }
  }
}
