import { type Command, CommandHelp, Help, type HelpSectionRenderer } from '@oclif/core'

/** Examples stand before the flags: most readers need nothing else. */
const ORDER = ['USAGE', 'EXAMPLES', 'ARGUMENTS', 'FLAGS', 'DESCRIPTION']

const FIRST_STEPS = ['init', 'serve', 'connect', 'import', 'validate']
const TRIAL = 'quickstart'

class OrderedCommandHelp extends CommandHelp {
  constructor(...[command, config, options]: ConstructorParameters<typeof CommandHelp>) {
    super({ ...command, flags: withoutFalseChoices(command.flags) }, config, options)
  }

  /** The summary stands above already. */
  protected override description(): string | undefined {
    const { description } = this.command
    return description === undefined ? undefined : this.wrap(description)
  }

  /** Flags with a letter first: oclif cuts the indent of a first line that has none. */
  protected override flags(flags: Command.Flag.Any[]): [string, string | undefined][] | undefined {
    const lettered = flags.filter(({ char }) => char !== undefined)
    return super.flags([...lettered, ...flags.filter(({ char }) => char === undefined)])
  }

  /** Flags that every command has come last. */
  protected override groupFlags(flags: Command.Flag.Any[]): ReturnType<CommandHelp['groupFlags']> {
    return super.groupFlags(flags.toSorted((a, b) => Number(isGlobal(a)) - Number(isGlobal(b))))
  }

  protected override sections(): Array<{ header: string; generate: HelpSectionRenderer }> {
    const place = (header: string): number => (ORDER.includes(header) ? ORDER.indexOf(header) : ORDER.length)
    return super.sections().sort((a, b) => place(a.header) - place(b.header))
  }
}

/**
 * The usage line writes a flag and all that it excludes as one choice. With more than two of them that is
 * wrong as a rule, for what is excluded may go together. What a flag needs is nested there beyond reading;
 * the parser says it when it is missing.
 */
function withoutFalseChoices(flags: Command.Loadable['flags']): Command.Loadable['flags'] {
  const truthful = Object.entries(flags).map(([name, flag]) => {
    const { exclusive, dependsOn, relationships, ...rest } = flag
    return [name, (exclusive?.length ?? 0) > 1 ? rest : { ...rest, exclusive }]
  })
  return Object.fromEntries(truthful) as Command.Loadable['flags']
}

function isGlobal({ helpGroup }: Command.Flag.Any): boolean {
  return helpGroup === 'GLOBAL'
}

/** Help as oclif writes it, in the order above, and a short start page for a bare `vmess`. */
export class ProgramHelp extends Help {
  protected override CommandHelpClass = OrderedCommandHelp

  override async showHelp(argv: string[]): Promise<void> {
    // oclif takes the word for itself and would show the list of commands.
    const own = argv.length === 1 && argv[0] === 'help' ? this.config.findCommand('help') : undefined
    if (own !== undefined) await this.showCommandHelp(own)
    else if (argv.length > 0) await super.showHelp(argv)
    else this.#showStartPage()
  }

  #showStartPage(): void {
    const { bin, pjson } = this.config
    const steps = FIRST_STEPS.flatMap((id) => this.config.findCommand(id) ?? [])
    const table = steps.map((step) => ({ name: `${bin} ${step.id}`, description: this.summary(step) ?? '' }))
    this.log(`${pjson.description ?? bin}\n`)
    this.log(`${this.section('START WITH', table)}\n`)
    this.log(`try it here:  ${bin} ${TRIAL}\nall commands: ${bin} --help\none of them:  ${bin} help COMMAND`)
  }
}
