import { Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { environment } from '../cli/environment.js'
import { askForPair } from '../cli/pair-asking.js'
import { choicesFrom, makePairFlags, type PairFlags } from '../cli/pair-flags.js'
import { paintFor } from '../cli/paint.js'
import { makePrompter, mayAsk } from '../cli/prompts.js'
import { placeOnStdout, qrFor } from '../cli/qr.js'
import { pairJson, renderInit } from '../cli/render/pair.js'
import { standardInput } from '../cli/standard-input.js'
import type { Pair } from '../operations/pair.js'
import type { PairChoices } from '../operations/pair-choices.js'
import type { PairFile } from '../operations/pair-files.js'
import { PAIR_WORDS } from '../operations/pair-values.js'

/** Where the files go unless told otherwise. */
const DEFAULT_DIR = 'tunnel'

export default class Init extends BaseCommand {
  static override summary = 'Make a server and client in a few questions'
  static override description =
    'Asks what the tunnel is for, where the server is, what carries it and who uses it, each with a default; ' +
    'writes the files of both sides, readable by their owner alone, and shows the link and its QR code. What ' +
    'flags say is not asked. Nothing is written before the last answer, so Ctrl-C leaves nothing behind.\n\n' +
    "Without a terminal, and with --yes, defaults are taken; --yes takes this machine's own address too."

  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --for local --yes',
    '<%= config.bin %> init -a vpn.example.com -t ws --name alice --dir alice --no-input',
  ]

  static override flags = {
    ...makePairFlags(PAIR_WORDS),
    dir: Flags.string({
      helpValue: 'DIR',
      summary: `where the files go, made if missing; ${DEFAULT_DIR} unless given`,
    }),
    qr: Flags.boolean({ default: true, allowNo: true, summary: 'the link as a QR code too' }),
    yes: Flags.boolean({ char: 'y', summary: 'accept every default' }),
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(Init)
    const { makePair, writePair } = await import('../operations/pair.js')
    const id = await this.#readId(flags)
    const { choices, dir } = await this.#complete(flags)
    const { format, force } = flags
    const pair = await makePair({ ...choices, id }, { format })
    const files = await writePair(pair, { dir, force })
    for (const note of pair.notes) this.note(note)
    const again = await this.#show(pair, { files, dir, withQr: flags.qr })
    return { ...pairJson(pair, files), again }
  }

  /** The choices of flags and answers, and the folder. */
  async #complete(flags: PairFlags & { dir?: string | undefined; yes: boolean }): Promise<Complete> {
    const given = choicesFrom(flags)
    const { machineAddress } = await import('../operations/machine-address.js')
    if (flags.yes || !mayAsk(flags)) {
      const address = flags.yes && flags.for !== 'local' ? machineAddress() : undefined
      return { choices: { ...given, address: given.address ?? address }, dir: flags.dir ?? DEFAULT_DIR }
    }
    const { PAIR_QUESTIONS: questions } = await import('../operations/pair-questions.js')
    const { complaintAboutFolder } = await import('../operations/pair-files.js')
    const prompter = makePrompter()
    const choices = await askForPair(prompter, given, {
      questions,
      surroundings: { address: machineAddress() },
    })
    const dir =
      flags.dir ??
      (await prompter.text({
        message: 'Folder for the files (--dir)',
        fallback: DEFAULT_DIR,
        check: (answer) => (flags.force ? undefined : complaintAboutFolder(answer)),
      }))
    return { choices, dir }
  }

  async #readId({ id, 'id-file': file }: PairFlags): Promise<string | undefined> {
    const { readJudgedCredential } = await import('../operations/credential.js')
    const sources = { id, file, environment: environment.id(), stdin: standardInput() }
    const credential = await readJudgedCredential(sources)
    for (const remark of credential.remarks) this.note(remark)
    return credential.id
  }

  async #show(pair: Pair, { files, dir, withQr }: Shown): Promise<string> {
    const { pairCommandLine } = await import('../operations/pair-command-line.js')
    const again = pairCommandLine(pair.plan, { dir, format: pair.format })
    const [first] = pair.users
    const drawn = withQr && first !== undefined && !this.jsonEnabled()
    const qr = drawn ? await qrFor(first.link, placeOnStdout()) : ''
    this.log(renderInit(pair, { files, again, qr, paint: await paintFor('stdout') }))
    return again
  }
}

interface Complete {
  readonly choices: PairChoices
  readonly dir: string
}

interface Shown {
  readonly files: readonly PairFile[]
  readonly dir: string
  readonly withQr: boolean
}
