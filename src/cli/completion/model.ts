/** What can be typed where, made from the commands of the manifest: the same for every shell. */
import type { Command } from '@oclif/core'

/** What may stand in a place: these words, files, the names of stored servers, or anything. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'profiles' }
  | { readonly kind: 'any' }

export interface CompletionWord {
  readonly word: string
  readonly summary: string
}

export interface CompletionFlag {
  /** `--output`, `-o` */
  readonly names: readonly string[]
  readonly summary: string
  /** Absent for one that takes none. */
  readonly values?: Values
}

/** A command or topic, under one of its names. */
export interface CompletionNode {
  /** Words behind the program's name; empty for that alone. */
  readonly path: string
  readonly words: readonly CompletionWord[]
  readonly flags: readonly CompletionFlag[]
  readonly args: readonly Values[]
}

type CommandFacts = Pick<Command.Loadable, 'id' | 'aliases' | 'summary' | 'flags' | 'args' | 'hidden'>

/** Commands whose argument names a stored server, besides whatever else it takes. */
const TAKES_PROFILE =
  /^(connect|convert|doctor|ping|speedtest|share:.+|sub:export|profile:(show|use|rename|remove|edit))$/
const FILE_VALUES: readonly string[] = ['FILE', 'DIR']
const HELP: CompletionFlag = { names: ['--help', '-h'], summary: 'show help' }
const VERSION: CompletionFlag = { names: ['--version', '-V'], summary: 'show the version' }

export interface Vocabulary {
  /** The summaries of words that are no command themselves. */
  readonly topics: ReadonlyMap<string, string>
  /** What may stand for a `helpValue`, by its name; what else may be typed there is not offered. */
  readonly values: Readonly<Record<string, readonly string[]>>
}

/** All places, sorted by path. */
export function completionNodes(
  commands: readonly CommandFacts[],
  { topics, values }: Vocabulary,
): CompletionNode[] {
  const named = commands
    .filter(({ hidden }) => hidden !== true)
    .flatMap((command) => [command.id, ...command.aliases].map((name) => ({ command, name })))
  const summaries = new Map<string, string>(topics)
  for (const { command, name } of named) summaries.set(name, command.summary ?? '')
  const paths = new Set(['', ...named.flatMap(({ name }) => prefixes(name))])
  const topLevel = [...paths].filter((path) => path !== '' && !path.includes(':'))
  return [...paths].sort().map((id): CompletionNode => {
    const command = named.find(({ name }) => name === id)?.command
    const children = [...paths].filter((path) => parentOf(path) === id && path !== '').sort()
    const words = children.map((path) => ({
      word: path.slice(path.lastIndexOf(':') + 1),
      summary: summaries.get(path) ?? '',
    }))
    return {
      path: id.replaceAll(':', ' '),
      words,
      flags: command === undefined ? [HELP, ...(id === '' ? [VERSION] : [])] : flagsOf(command, values),
      args:
        id === 'help' ? [{ kind: 'words', words: topLevel }] : command === undefined ? [] : argsOf(command),
    }
  })
}

function flagsOf(command: CommandFacts, values: Vocabulary['values']): CompletionFlag[] {
  const shown = Object.values(command.flags).filter(({ hidden }) => hidden !== true)
  return [
    ...shown.map((flag): CompletionFlag => {
      const others = (flag.aliases ?? []).map((alias) => `--${alias}`)
      const names = [`--${flag.name}`, ...others, ...(flag.char === undefined ? [] : [`-${flag.char}`])]
      const summary = flag.summary ?? flag.description ?? ''
      return flag.type === 'boolean' ? { names, summary } : { names, summary, values: valuesOf(flag, values) }
    }),
    HELP,
  ]
}

function valuesOf(
  { name, options, helpValue }: Command.Flag.Any & { type: 'option' },
  values: Vocabulary['values'],
): Values {
  if (options !== undefined) return { kind: 'words', words: options }
  if (name === 'profile') return { kind: 'profiles' }
  const shown = Array.isArray(helpValue) ? helpValue[0] : helpValue
  const words = values[shown ?? '']
  if (words !== undefined) return { kind: 'words', words }
  return { kind: FILE_VALUES.includes(shown ?? '') ? 'files' : 'any' }
}

/** The description of an argument says whether it may be a file. */
function argsOf({ id, args }: CommandFacts): Values[] {
  const found = Object.values(args).map(({ options, description = '' }): Values => {
    if (options !== undefined) return { kind: 'words', words: options }
    return { kind: /\bfiles?\b/.test(description) ? 'files' : 'any' }
  })
  return TAKES_PROFILE.test(id) && found.length > 0 ? [{ kind: 'profiles' }, ...found] : found
}

/** `a:b:c` as `a`, `a:b`, `a:b:c`. */
function prefixes(id: string): string[] {
  const words = id.split(':')
  return words.map((_, i) => words.slice(0, i + 1).join(':'))
}

function parentOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf(':')))
}
