import { Flags } from '@oclif/core'
import { durationFlag } from '../cli/flags.js'
import { allFlag, MeasuringCommand, serversArg } from '../cli/measuring-command.js'
import { Fault } from '../faults/fault.js'
import type { PingResult } from '../operations/probe/ping.js'

const TIMEOUT_MS = 5_000
const INTERVAL_MS = 200
/** As the operation has it; the help says it without loading the engine. */
const URL = 'http://www.gstatic.com/generate_204'

export default class Ping extends MeasuringCommand {
  static override summary = 'Measure how long servers take to answer'
  static override description =
    'For each server: until tcp is connected, until the TLS handshake is done, and until the answer to a real request ' +
    'came back through the tunnel; each from nothing. All servers are measured at the same time, so many take no ' +
    'longer than one. The quickest is listed first. Ctrl-C shows what is known until then. Exit code 5 when none ' +
    'answered.'

  static override examples = [
    '<%= config.bin %> ping home',
    '<%= config.bin %> ping --all -n 5 --timeout 2s',
    '<%= config.bin %> ping --all --json',
  ]

  static override args = serversArg
  // oclif asks the class itself, not the one that it extends.
  static override strict = false

  static override flags = {
    ...allFlag,
    count: Flags.integer({
      char: 'n',
      min: 1,
      max: 1_000,
      default: 3,
      summary: 'round trips for each server',
    }),
    interval: durationFlag({ summary: 'between two of a server; 200ms unless given' }),
    timeout: durationFlag({ summary: 'for each round trip; 5s unless given' }),
    url: Flags.string({
      default: URL,
      helpValue: 'URL',
      summary: 'what is asked for, by http or https, whose handshake is then a part of the round trip',
    }),
  }

  async run(): Promise<undefined> {
    const { argv, flags } = await this.parse(Ping)
    const { chooseProfiles } = await import('../operations/probe/chosen.js')
    const { pingProfiles, sortResults } = await import('../operations/probe/ping.js')
    const { pingJson, renderPings, renderProgress } = await import('../cli/render/ping.js')
    const profiles = await this.choose(chooseProfiles, argv, flags.all)
    const done: PingResult[] = []
    const begun = performance.now()
    const { count, url, timeout: timeoutMs = TIMEOUT_MS, interval: intervalMs = INTERVAL_MS } = flags
    const onResult = (result: PingResult): void => {
      done.push(result)
      this.event('result', pingJson(result))
    }
    const results = await this.measure({
      run: (signal) => pingProfiles(profiles, { count, url, timeoutMs, intervalMs, onResult, signal }),
      progress: (rows) => renderProgress(sortResults(done), profiles.length, rows),
    })
    const answered = results.filter(({ ok }) => ok).length
    const best = answered > 0 ? { best: results[0]?.name } : {}
    this.event('summary', {
      servers: results.length,
      answered,
      ...best,
      ...this.cut,
      durationMs: Math.round(performance.now() - begun),
    })
    if (results.length > 0) this.log(renderPings(results))
    this.endAsMeasured()
    if (answered === 0)
      throw results.length === 1
        ? results[0]?.fault
        : new Fault('PROBE_NONE', { why: `0 of ${results.length}` })
  }
}
