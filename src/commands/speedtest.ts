import { Flags } from '@oclif/core'
import { conflict, durationFlag, sizeFlag } from '../cli/flags.js'
import { allFlag, MeasuringCommand, serversArg } from '../cli/measuring-command.js'
import { renderBytes } from '../cli/render/units.js'
import { Fault } from '../faults/fault.js'
import type { SpeedOptions } from '../operations/probe/speedtest.js'

const DURATION_MS = 5_000

export default class Speedtest extends MeasuringCommand {
  static override summary = 'Measure how much goes through a tunnel'
  static override description =
    'Downloads a large file through each server in turn, or uploads with --upload, and counts for --duration. Ctrl-C ends it early and shows the result until then. With ' +
    '--loopback a server and a web server of this program are measured instead, on this machine: what the program ' +
    'itself can do.'

  static override examples = [
    '<%= config.bin %> speedtest --loopback',
    '<%= config.bin %> speedtest --loopback --upload --size 8MiB',
    '<%= config.bin %> speedtest home --url http://example.com/large.bin',
  ]

  static override args = serversArg
  // oclif asks the class itself, not the one that it extends.
  static override strict = false

  static override flags = {
    ...allFlag,
    duration: durationFlag({ summary: 'how long is counted; 5s unless given' }),
    size: sizeFlag({ summary: 'ends earlier, after so many bytes' }),
    upload: Flags.boolean({ summary: 'upload instead of download' }),
    loopback: Flags.boolean({
      summary: 'this program against itself, without a network',
      exclusive: ['all', 'url'],
    }),
    url: Flags.string({
      helpValue: 'URL',
      summary:
        'a large file, or with --upload a place that takes any, by http or https; speed.cloudflare.com or ' +
        'speedtest.tele2.net unless given',
    }),
  }

  async run(): Promise<undefined> {
    const { argv, flags } = await this.parse(Speedtest)
    if (flags.loopback && argv.length > 0) throw conflict('a profile and --loopback')
    const { DOWNLOAD_URL, UPLOAD_URL } = await import('../operations/probe/speedtest.js')
    const { upload, size: maxBytes, duration: durationMs = DURATION_MS } = flags
    const url = flags.url ?? (upload ? UPLOAD_URL : DOWNLOAD_URL)
    const options = { upload, durationMs, maxBytes, url }
    if (flags.loopback) {
      const { startLoopbackPair } = await import('../operations/probe/loopback.js')
      const pair = await startLoopbackPair()
      await this.#measure([pair.profile], { ...options, url: pair.url }).finally(() => pair.stop())
      return
    }
    const { chooseProfiles } = await import('../operations/probe/chosen.js')
    const profiles = await this.choose(chooseProfiles, argv, flags.all)
    await this.#measure(profiles, options)
  }

  async #measure(
    ...[profiles, options]: Parameters<typeof import('../operations/probe/speedtest.js').testSpeed>
  ) {
    const { testSpeed } = await import('../operations/probe/speedtest.js')
    const { renderSpeeds, speedJson } = await import('../cli/render/speedtest.js')
    const onResult: SpeedOptions['onResult'] = (result) => this.event('result', speedJson(result))
    let status = ''
    const onProgress: SpeedOptions['onProgress'] = (name, bytes) => {
      status = `${name}: ${renderBytes(bytes)}`
    }
    const results = await this.measure({
      run: (signal) => testSpeed(profiles, { ...options, onResult, onProgress, signal }),
      progress: () => [status],
    })
    const working = results.filter(({ ok }) => ok)
    const best = working[0] === undefined ? {} : { best: working[0].name }
    this.event('summary', { servers: results.length, answered: working.length, ...best, ...this.cut })
    if (results.length > 0) this.log(renderSpeeds(results))
    this.endAsMeasured()
    if (working.length === 0) throw results[0]?.fault ?? new Fault('PROBE_NONE')
  }
}
