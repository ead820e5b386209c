import { Flags, type Interfaces } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { showClockWatch } from '../cli/clock-watch.js'
import { environment } from '../cli/environment.js'
import { durationFlag, intervalFlag, parseServer } from '../cli/flags.js'
import { paintFor } from '../cli/paint.js'
import { systemFacts } from '../cli/system-facts.js'
import type { Failure } from '../cli/failure.js'
import { eventLine } from '../cli/render/event-line.js'
import { failureJson } from '../cli/render/failure.js'
import { untilInterrupted } from '../cli/until-interrupted.js'
import type { ClockOptions, ClockReport, TimeServer } from '../operations/clock.js'
import { mendClock } from '../operations/mend-clock.js'

const NTP_PORT = 123
const HTTPS_PORT = 443

export default class Clock extends BaseCommand {
  static override summary = "Compare this machine's clock with the right time"
  static override aliases = ['ntp']
  static override description =
    'VMess headers carry the time, and servers refuse those that are more than 120 s off. Asks several NTP ' +
    'servers, drops those that cannot be believed and takes the median of the rest; where UDP port 123 is ' +
    'blocked, the Date of web servers. Ends with exit code 6 beyond --limit.\n\n' +
    'Unless told otherwise it asks time.cloudflare.com, time.apple.com, pool.ntp.org and ntp.aliyun.com, then ' +
    'www.cloudflare.com, www.apple.com and www.microsoft.com. Nothing about this machine is sent.'

  static override examples = [
    '<%= config.bin %> clock',
    '<%= config.bin %> clock --server ntp.example.com --limit 30s --json',
    '<%= config.bin %> clock --watch --interval 30s',
  ]

  static override flags = {
    server: Flags.string({
      summary: 'an NTP server, HOST or HOST:PORT; may repeat (also VMESS_NTP_SERVER)',
      helpValue: 'HOST',
      multiple: true,
      multipleNonGreedy: true,
    }),
    https: Flags.string({
      summary: 'a web server for where NTP is blocked, HOST or HOST:PORT; may repeat',
      helpValue: 'HOST',
      multiple: true,
      multipleNonGreedy: true,
    }),
    limit: durationFlag({
      summary: 'how far the clock may be off',
      default: 90_000,
      defaultHelp: async () => '90s',
    }),
    samples: Flags.integer({ summary: 'of each server; the quickest counts', default: 3, min: 1, max: 20 }),
    timeout: durationFlag({ summary: 'for each answer', default: 2_000, defaultHelp: async () => '2s' }),
    watch: Flags.boolean({ summary: 'measure again and again, with a plot at a terminal' }),
    interval: intervalFlag({
      summary: 'between two measurements; 1m unless given',
      dependsOn: ['watch'],
    }),
    count: Flags.integer({
      char: 'n',
      summary: 'how many measurements; until Ctrl-C unless given',
      min: 1,
      dependsOn: ['watch'],
    }),
  }

  #watching = false

  async run(): Promise<object | undefined> {
    const { flags } = await this.parse(Clock)
    this.#watching = flags.watch
    const { measureClock, skewFault } = await import('../operations/clock.js')
    const report = flags.watch ? await this.#watch(flags) : await measureClock(optionsOf(flags))
    const fault = report && skewFault(report, flags.limit, mendClock(systemFacts()))
    if (flags.watch) {
      if (fault !== undefined) throw fault
      return undefined
    }
    if (!this.jsonEnabled()) await this.#show(report as ClockReport)
    this.found = report
    if (fault !== undefined) throw fault
    return report
  }

  protected override formatFailure(failure: Failure): string {
    return this.#watching ? eventLine('error', failureJson(failure)) : super.formatFailure(failure)
  }

  async #show(report: ClockReport): Promise<void> {
    const { renderClock } = await import('../cli/render/clock.js')
    const { renderTable: table } = await import('../cli/render/table.js')
    const mending = mendClock(systemFacts())
    this.log(renderClock(report, { paint: await paintFor('stdout'), mending, table }))
  }

  async #watch(flags: ClockFlags): Promise<ClockReport | undefined> {
    const { watchClock } = await import('../operations/watch-clock.js')
    const { interval = 60_000, count } = flags
    const times = { intervalMs: interval, ...(count !== undefined && { count }) }
    const view = { json: this.jsonEnabled(), output: process.stdout }
    return untilInterrupted((signal) =>
      showClockWatch(watchClock({ ...optionsOf(flags), ...times, signal }), view),
    )
  }
}

type ClockFlags = Interfaces.InferredFlags<typeof Clock.flags>

function optionsOf({ server, https, samples, timeout }: ClockFlags): ClockOptions {
  const places = (texts: readonly string[], port: number): TimeServer[] =>
    texts.map((text) => parseServer(text.trim(), port))
  const servers = server ?? environment.ntpServers()
  return {
    samples,
    timeoutMs: timeout,
    ...(servers !== undefined && { servers: places(servers, NTP_PORT) }),
    ...(https !== undefined && { webServers: places(https, HTTPS_PORT) }),
  }
}
