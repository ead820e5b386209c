import { describe, expect, it } from 'vitest'
import { makeRateMeter, renderStatus, renderTotals } from '../../../../src/cli/render/status.js'
import { renderBytes, renderMs } from '../../../../src/cli/render/units.js'

const SNAPSHOT = { connections: 1, users: 2, uplinkBytes: 2_048, downlinkBytes: 50 * 1024 * 1024 }

describe('the status', () => {
  it('names connections, users, rates and totals', () => {
    expect(renderStatus(SNAPSHOT, { uplink: 0, downlink: 1_536 })).toBe(
      '1 connection   2 users   up 0 B/s (2.0 KiB)   down 1.5 KiB/s (50 MiB)',
    )
  })

  it('ends with the totals', () => {
    expect(renderTotals(SNAPSHOT)).toBe('stopped; 2.0 KiB up, 50 MiB down')
  })

  it('measures rates between two looks', () => {
    const rates = makeRateMeter({ uplinkBytes: 100, downlinkBytes: 0 }, 1_000)
    expect(rates({ uplinkBytes: 600, downlinkBytes: 0 }, 1_500)).toEqual({ uplink: 1_000, downlink: 0 })
    expect(rates({ uplinkBytes: 600, downlinkBytes: 10 }, 2_500)).toEqual({ uplink: 0, downlink: 10 })
  })
})

describe('units', () => {
  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1.0 KiB'],
    [10_240, '10 KiB'],
    [1_048_575, '1.0 MiB'],
    [1_073_741_824, '1.0 GiB'],
    [5 * 1024 ** 5, '5120 TiB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(renderBytes(bytes)).toBe(text)
  })

  it.each([
    [0.84, '0.8 ms'],
    [12.4, '12 ms'],
    [3_400, '3.4 s'],
  ])('%d ms are %s', (ms, text) => {
    expect(renderMs(ms)).toBe(text)
  })
})
