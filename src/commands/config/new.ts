import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { environment } from '../../cli/environment.js'
import { conflict } from '../../cli/flags.js'
import { choicesFrom, makePairFlags, type PairFlags } from '../../cli/pair-flags.js'
import { paintFor } from '../../cli/paint.js'
import { warnIfOthersCanRead } from '../../cli/readable-output.js'
import { pairJson, renderPairFiles, renderPairTexts } from '../../cli/render/pair.js'
import { standardInput } from '../../cli/standard-input.js'
import { PAIR_WORDS } from '../../operations/pair-values.js'

export default class ConfigNew extends BaseCommand {
  static override summary = 'Make a server and client that belong together'
  static override description =
    'Prints both files, or with --dir writes server.json, client.json (one for each user when there are ' +
    'several) and what else belongs to them, readable by their owner alone. Everything but --address has a ' +
    'default; ids, paths and seeds are random. See init for the same with questions.\n\n' +
    'Each file is checked by the rules of its program before it is written, and either all of them are ' +
    'written or none.'

  static override examples = [
    '<%= config.bin %> config new -a vpn.example.com -t ws --self-signed --dir tunnel',
    '<%= config.bin %> config new -a vpn.example.com --for web --path /chat --name alice --name bob --dir web',
    '<%= config.bin %> config new -a 203.0.113.7 -t grpc --cert chain.pem --key key.pem -f sing-box --side server -o server-sb.json',
    '<%= config.bin %> config new --for local',
  ]

  static override flags = {
    ...makePairFlags(PAIR_WORDS),
    side: Flags.option({ options: PAIR_WORDS.sides, default: 'both' as const, summary: 'which files' })(),
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      summary: 'where one side goes; - is standard output',
      exclusive: ['dir'],
    }),
    dir: Flags.string({ helpValue: 'DIR', summary: 'where the files go; made if missing' }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(ConfigNew)
    const { side, output, dir, force, format } = flags
    if (output !== undefined && side === 'both') throw conflict('--output and --side both')
    const { makePair, writePair } = await import('../../operations/pair.js')
    const pair = await makePair({ ...choicesFrom(flags), id: await this.#readId(flags) }, { format, side })
    for (const note of pair.notes) this.note(note)
    if (dir !== undefined) {
      const files = await writePair(pair, { dir, force })
      this.log(renderPairFiles(files, pair.users, await paintFor('stdout')))
      return pairJson(pair, files)
    }
    if (output !== undefined && output !== '-') {
      const { writeOneSide } = await import('../../operations/pair.js')
      await writeOneSide(pair, { path: output, force })
      return pairJson(pair, [{ part: side === 'server' ? 'server' : 'client', path: output }])
    }
    warnIfOthersCanRead()
    this.log(renderPairTexts(pair.texts))
    return pairJson(pair)
  }

  async #readId({ id, 'id-file': file }: PairFlags): Promise<string | undefined> {
    const { readJudgedCredential } = await import('../../operations/credential.js')
    const sources = { id, file, environment: environment.id(), stdin: standardInput() }
    const credential = await readJudgedCredential(sources)
    for (const remark of credential.remarks) this.note(remark)
    return credential.id
  }
}
