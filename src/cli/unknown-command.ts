import { Fault } from '../faults/fault.js'
import { nearestWord } from '../faults/nearest-word.js'
import { maskSecrets } from './mask.js'

const LINK = /^vmess:\/\//i

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
  const meant = LINK.test(typed) ? 'connect LINK' : nearestWord(typed, commands)
  const hint = meant === undefined ? 'vmess help' : `did you mean: vmess ${meant}`
  return new Fault('CLI_USAGE', { what: `unknown command: ${typed}`, hint })
}

/** What was typed, of the words that oclif joined with colons. Masked first: a link is known by its colon. */
export function typedWords(id: string): string {
  return maskSecrets(id).replace(/:(?!\/\/)/g, ' ')
}

/** Command ids as people type them; those that help leaves out are left out here too. */
export function commandNames(commands: readonly { id: string; hidden?: boolean }[]): string[] {
  return commands.filter(({ hidden }) => hidden !== true).map(({ id }) => id.replaceAll(':', ' '))
}
