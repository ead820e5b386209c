import { Fault } from '../faults/fault.js'
import { nearestWord } from '../faults/nearest-word.js'

/**
 * What to say to words that are no command. Words behind a command that exists are arguments it does
 * not take; anything else may be a slip.
 */
export function unknownCommand(typed: string, commands: readonly string[]): Fault {
  const known = commands.find((command) => typed.startsWith(`${command} `))
  if (known !== undefined) {
    const extra = typed.slice(known.length + 1)
    return new Fault('CLI_USAGE', { what: `unexpected argument: ${extra}`, hint: `vmess ${known} --help` })
  }
  const meant = nearestWord(typed, commands)
  const hint = meant === undefined ? 'vmess help' : `did you mean: vmess ${meant}`
  return new Fault('CLI_USAGE', { what: `unknown command: ${typed}`, hint })
}

/** Command ids as people type them; those that help leaves out are left out here too. */
export function commandNames(commands: readonly { id: string; hidden?: boolean }[]): string[] {
  return commands.filter(({ hidden }) => hidden !== true).map(({ id }) => id.replaceAll(':', ' '))
}
