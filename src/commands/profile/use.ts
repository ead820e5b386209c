import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { conflict, durationFlag, missingInput } from '../../cli/flags.js'
import { visible } from '../../cli/render/visible.js'

const TIMEOUT_MS = 5_000

export default class ProfileUse extends BaseCommand {
  static override summary = 'Choose the server that commands take when none is named'
  static override description =
    '--fastest measures all stored servers as ping does, and chooses the quickest.'

  static override examples = [
    '<%= config.bin %> profile use home',
    '<%= config.bin %> profile use --fastest',
    '<%= config.bin %> profile use HOME --json',
  ]

  static override args = {
    name: Args.string({ description: 'the profile', ignoreStdin: true }),
  }

  static override flags = {
    fastest: Flags.boolean({ summary: 'the one that answers first' }),
    timeout: durationFlag({
      summary: 'how long an answer may take; 5s unless given',
      dependsOn: ['fastest'],
    }),
    url: Flags.string({
      helpValue: 'URL',
      summary: 'what is asked for, by http or https',
      dependsOn: ['fastest'],
    }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ProfileUse)
    if (flags.fastest && args.name !== undefined) throw conflict('a profile and --fastest')
    const chosen = flags.fastest ? await this.#fastest(flags) : args.name
    if (chosen === undefined) throw missingInput('a profile or --fastest')
    const { useProfile } = await import('../../operations/profiles/manage.js')
    const name = await useProfile(this.config.configDir, chosen)
    this.log(`in use: ${visible(name)}`)
    return { name }
  }

  async #fastest({
    timeout: timeoutMs = TIMEOUT_MS,
    url,
  }: {
    timeout?: number | undefined
    url?: string | undefined
  }) {
    const { findFastest } = await import('../../operations/probe/fastest.js')
    return findFastest(this.config.configDir, { timeoutMs, url })
  }
}
