import { describe, expect, it } from 'vitest'
import { showClockWatch } from '../../../../src/cli/clock-watch.js'
import { PLAIN } from '../../../../src/cli/paint.js'
import { renderClock, renderSkew } from '../../../../src/cli/render/clock.js'
import { renderTable } from '../../../../src/cli/render/table.js'
import { Fault } from '../../../../src/faults/fault.js'
import { judgeSkew } from '../../../../src/ntp/verdict.js'
import type { ClockReport } from '../../../../src/operations/clock.js'
import { mendClock } from '../../../../src/operations/mend-clock.js'

function report(skewMs: number): ClockReport {
  const source = { server: 'a.example:123', samples: 3, used: true, dropped: [] }
  return {
    measuredAt: new Date(0),
    skewMs,
    uncertaintyMs: 4,
    method: 'ntp',
    verdict: judgeSkew(skewMs),
    sources: [{ ...source, skewMs, delayMs: 8, stratum: 2 }],
  }
}

describe('a skew', () => {
  it.each([
    [0.4, 'right'],
    [-12, '12 ms behind'],
    [1_500, '1.5 s ahead'],
    [192_000, '3 min 12 s ahead'],
    [-7_200_000, '2 h 0 min behind'],
    [90_000_000, '1 d 1 h ahead'],
  ])('of %i ms reads %s', (ms, text) => {
    expect(renderSkew(ms)).toBe(text)
  })
})

describe('the report', () => {
  const render = (skewMs: number): string =>
    renderClock(report(skewMs), {
      paint: PLAIN,
      table: renderTable,
      mending: { command: 'chronyc makestep' },
    })

  it('says no more than needed of a good clock', () => {
    expect(render(12)).toMatchInlineSnapshot(`
      "source           skew  round trip  stratum
      a.example:123  +12 ms      8.0 ms        2

      this clock is 12 ms ahead, ± 4.0 ms
      ok  VMess servers accept clients that are up to 120 s off"
    `)
  })

  it('warns of what fails now and then', () => {
    expect(render(-100_000)).toMatchInlineSnapshot(`
      "source                skew  round trip  stratum
      a.example:123  -1 min 40 s      8.0 ms        2

      this clock is 1 min 40 s behind, ± 4.0 ms
      warn  VMess servers with a right clock still accept this client, up to 120 s; one that is off the other way refuses it
      warn  legacy clients (alterId above 0) add up to 30 s at random, and fail now and then

      set it right:  chronyc makestep"
    `)
  })

  it('names the time zone', () => {
    expect(render(8 * 3_600_000)).toMatchInlineSnapshot(`
      "source               skew  round trip  stratum
      a.example:123  +8 h 0 min      8.0 ms        2

      this clock is 8 h 0 min ahead, ± 4.0 ms
      fail  VMess servers with a right clock refuse this client: more than 120 s off
            that is 8 h ahead, as when local time was set in the wrong time zone, or a second system keeps the
            hardware clock in local time: set the zone first, then the time. VMess counts in UTC alone

      set it right:  chronyc makestep"
    `)
  })
})

describe('watching at a terminal', () => {
  it('draws over what was drawn, and says why a measurement failed', async () => {
    let drawn = ''
    const output = { isTTY: true, columns: 40, rows: 10, write: (text: string) => (drawn += text) }
    async function* results(): AsyncGenerator<ClockReport | Fault> {
      yield report(1_000)
      yield report(3_000)
      yield new Fault('CLOCK_UNKNOWN')
    }
    const last = await showClockWatch(results(), { json: false, output })
    expect(last?.skewMs).toBe(3_000)
    const [first, second, third] = drawn.replaceAll('\x1b', '␛').split(/␛\[\dA␛\[J/)
    expect(first).toMatch(/1\.0 s ┼/)
    expect(second).toMatch(/3\.0 s ┤╭/)
    expect(third).toContain('could not be found out')
  })
})

describe('what sets a clock right', () => {
  const linux = { platform: 'linux', isRoot: false, isContainer: false }
  const facts = (names: readonly string[], others: object = {}) => ({
    ...linux,
    has: (program: string) => names.includes(program),
    ...others,
  })

  it.each([
    [['timedatectl'], {}, { command: 'sudo timedatectl set-ntp true' }],
    [['chronyc', 'timedatectl'], { isRoot: true }, { command: 'chronyc makestep' }],
    [[], { platform: 'darwin' }, { command: 'sudo sntp -sS time.apple.com' }],
    [[], { platform: 'win32' }, { command: 'w32tm /resync /force' }],
    [[], { isContainer: true }, { command: '' }],
    [['ntpd'], { isContainer: true, isRoot: true }, { command: 'ntpd -gq' }],
  ])('with %j on %j', (programs, others, mending) => {
    expect(mendClock(facts(programs, others))).toMatchObject(mending)
  })

  it('is not known where none of the programs is', () => {
    expect(mendClock(facts([]))).toBeUndefined()
  })

  it('is outside of a container', () => {
    expect(mendClock(facts(['ntpd'], { isContainer: true }))?.remark).toContain('that of the host')
  })
})
