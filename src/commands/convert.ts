import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { conflict, missingInput } from '../cli/flags.js'
import { warnIfOthersCanRead } from '../cli/readable-output.js'
import { conversionNotes } from '../cli/render/convert.js'
import { renderCount } from '../cli/render/units.js'
import { visible, visibleLines } from '../cli/render/visible.js'
import type { NamedSource } from '../operations/profiles/named-source.js'
import { standardInput } from '../cli/standard-input.js'

export default class Convert extends BaseCommand {
  static override summary = 'Turn links, subscriptions and app files into another format'
  static override description =
    'Reads links (one or many, among other lines), subscriptions, and the files of Clash, mihomo, sing-box, V2Ray, ' +
    'Xray, Surge, Loon, Quantumult X and others; what it is given is told by the content. Nothing leaves this machine.\n\n' +
    'Formats: v2rayn, url, kitsunebi, v2rayu, v2fly, shadowrocket, quantumult (links); quantumultx, surge, ' +
    'surfboard, loon (lines); clash, mihomo, sing-box, v2ray, v2ray5, xray (files); links, subscription (lists).\n\n' +
    'What the target has no place for is named. Where the tunnel would not work without it, nothing is ' +
    'written unless --lossy is given.'

  static override examples = [
    '<%= config.bin %> convert vmess://… --to sing-box',
    '<%= config.bin %> convert home --to clash',
    '<%= config.bin %> convert client.json --to url',
    '<%= config.bin %> convert - --to mihomo -o nodes.yaml < link.txt',
  ]

  static override args = {
    source: Args.string({
      description:
        'a stored profile, links, a file, or - for standard input; a profile comes before a file of its name, ' +
        './NAME is always the file',
      ignoreStdin: true,
    }),
  }

  static override flags = {
    to: Flags.string({
      required: true,
      aliases: ['target'],
      helpValue: 'FORMAT',
      summary: 'the format of the result; --target is the same',
    }),
    from: Flags.string({
      helpValue: 'FORMAT',
      summary: 'the format of the source, if it is taken for another',
    }),
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      summary: 'the source, as a file; - is standard input',
    }),
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      summary: 'where the result goes; - is standard output',
    }),
    force: Flags.boolean({ summary: 'overwrite the file' }),
    lossy: Flags.boolean({ summary: 'write nodes even without what they need to work' }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Convert)
    if (args.source !== undefined && flags.config !== undefined) throw conflict('a source and --config')
    const { convertSource, parseFormat } = await import('../operations/convert.js')
    const to = parseFormat(flags.to)
    const from = flags.from === undefined ? undefined : parseFormat(flags.from)
    const found = await this.#source(args.source, flags.config)
    const { text: result, ...report } = await convertSource(found, { from, to, lossy: flags.lossy })
    for (const note of conversionNotes({ text: result, ...report })) this.note(note)
    const { output = '-' } = flags
    if (output === '-') {
      warnIfOthersCanRead()
      if (!this.jsonEnabled()) process.stdout.write(process.stdout.isTTY ? visibleLines(result) : result)
      return { ...report, text: result }
    }
    const { writeOutputFile } = await import('../operations/output-file.js')
    await writeOutputFile(output, result, { mode: 0o600, force: flags.force })
    const written = report.nodes.filter((node) => node.written).length
    this.log(`${visible(output)}: ${renderCount(written, 'node')} as ${to}`)
    return { ...report, file: output }
  }

  async #source(name: string | undefined, file: string | undefined): Promise<NamedSource> {
    const { findSource, readFileSource } = await import('../operations/profiles/named-source.js')
    const stdin = standardInput()
    if (file !== undefined) return readFileSource(file, stdin)
    if (name === undefined) throw missingInput('a source')
    return findSource({ name, folder: this.config.configDir, stdin })
  }
}
