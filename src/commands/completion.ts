import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { completionNodes } from '../cli/completion/model.js'
import { completionScript } from '../cli/completion/script.js'
import { missingInput } from '../cli/flags.js'
import { FORMAT_IDS } from '../operations/targets.js'

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const

export default class Completion extends BaseCommand {
  static override summary = 'Print a script by which a shell completes commands, flags and names'
  static override description =
    'Nothing is written: let your shell read it at its start.\n\n' +
    'bash: eval "$(vmess completion bash)" in ~/.bashrc\n' +
    'zsh: eval "$(vmess completion zsh)" in ~/.zshrc, behind compinit\n' +
    'fish: vmess completion fish > ~/.config/fish/completions/vmess.fish\n' +
    'PowerShell: vmess completion powershell | Out-String | Invoke-Expression in $PROFILE'

  static override examples = ['<%= config.bin %> completion bash', '<%= config.bin %> completion fish']

  static override args = {
    shell: Args.option({ options: SHELLS, description: 'the shell', ignoreStdin: true })(),
  }

  static override flags = {
    profiles: Flags.boolean({ summary: 'the names of stored servers, for the scripts', hidden: true }),
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Completion)
    if (flags.profiles) return this.#profiles()
    if (args.shell === undefined) throw missingInput(`a shell (${SHELLS.join(', ')})`)
    const topics = new Map(this.config.topics.map(({ name, description = '' }) => [name, description]))
    const vocabulary = { topics, values: { FORMAT: FORMAT_IDS } }
    const script = completionScript(args.shell, completionNodes(this.config.commands, vocabulary))
    this.log(script)
    return { shell: args.shell, script }
  }

  async #profiles(): Promise<object> {
    const { listProfileNames } = await import('../operations/profiles/names.js')
    const names = await listProfileNames(this.config.configDir)
    if (names.length > 0) this.log(names.join('\n'))
    return { names }
  }
}
