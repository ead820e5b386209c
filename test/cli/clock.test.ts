import { afterAll, describe, expect, it } from 'vitest'
import { shifted, startNtpServer } from '../support/ntp-server.js'
import { runProgram, RunningProgram } from '../support/spawned-program.js'

const right = await startNtpServer(shifted(0))
const hourOff = await startNtpServer(shifted(3_600_000))
const silent = await startNtpServer(() => undefined)
afterAll(() => {
  for (const server of [right, hourOff, silent]) server.stop()
})

const at = ({ port }: { port: number }): string[] => ['--server', `127.0.0.1:${port}`]

describe('clock', () => {
  it('names a mistaken time zone and what mends it, and ends with 6', async () => {
    const { exit, stdout, stderr } = await runProgram(['clock', ...at(hourOff)])
    expect(exit).toBe(6)
    expect(stdout).toMatch(/this clock is .*(1 h 0 min|59 min 60 s) behind/)
    expect(stdout).toContain('wrong time zone')
    expect(stderr).toContain('Code: CLOCK_SKEW')
  })

  it('gives the findings beside the failure in JSON', async () => {
    const { exit, stdout, stderr } = await runProgram(['ntp', ...at(hourOff), '--json'])
    expect({ exit, stderr }).toEqual({ exit: 6, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'CLOCK_SKEW', exitCode: 6 },
      data: { method: 'ntp', verdict: { zoneHours: -1 }, sources: [{ used: true, stratum: 2 }] },
    })
  })

  it('takes its servers from VMESS_NTP_SERVER, separated by commas', async () => {
    const places = [right, hourOff, right].map(({ port }) => `127.0.0.1:${port}`)
    const { stdout } = await runProgram(['clock', '--json'], { env: { VMESS_NTP_SERVER: places.join(',') } })
    const { sources } = JSON.parse(stdout).data
    expect(sources.map(({ used }: { used: boolean }) => used)).toEqual([true, false, true])
  })

  it('ends with 5 when nobody answers', async () => {
    const web = ['--https', '127.0.0.1:1']
    const { exit, stderr } = await runProgram(['clock', ...at(silent), ...web, '--timeout', '200ms'])
    expect(exit).toBe(5)
    expect(stderr).toMatch(/Code: CLOCK_UNKNOWN/)
    expect(stderr).toMatch(/no answer in time.*refused/)
  })

  it('watches in JSON Lines, and sums up when it is interrupted', async () => {
    const program = new RunningProgram(['clock', ...at(right), '--watch', '--interval', '1h', '--json'])
    await program.says(/"measurement"/)
    program.signal('SIGINT')
    const { exit, stdout } = await program.ended
    expect(exit).toBe(0)
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map(({ event }) => event)).toEqual(['measurement', 'summary'])
    expect(events[1]).toMatchObject({ measured: 1, failed: 0 })
  })

  it.each([
    [['clock', '--server', 'a b'], 'this is no server: a b'],
    [['clock', '--interval', '1s'], '--watch'],
    [['clock', '--watch', '--interval', '0s'], '--interval is no duration of 1s or more'],
    [['clock', '--limit', 'soon'], '--limit is no duration'],
  ])('%j is a usage error', async (args, phrase) => {
    const { exit, stderr } = await runProgram(args)
    expect(exit).toBe(2)
    expect(stderr).toContain(phrase)
  })
})
