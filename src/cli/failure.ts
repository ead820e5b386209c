/** Whatever was thrown, as one description that the terminal and `--json` both show. */
import { asFault, isFault } from '../faults/fault.js'
import { nearestWord } from '../faults/nearest-word.js'
import { EXIT_USAGE, exitCodeOf } from './exit-codes.js'
import { maskSecrets } from './mask.js'

export interface Failure {
  /** Upper snake case, stable. */
  readonly code: string
  /** What, and why if known. No secrets. */
  readonly message: string
  /** What to try next. */
  readonly hints: readonly string[]
  readonly exitCode: number
  /** Where it was thrown: only for our own bugs. */
  readonly stack?: string
}

export interface FailureSurroundings {
  /** The command as typed, `vmess serve`. */
  readonly command: string
  /** Its flags, for "did you mean". */
  readonly flags: readonly string[]
}

/** An error of oclif's parser; its class is not ours to match on, its fields are documented. */
interface UsageError extends Error {
  readonly oclif: { readonly exit?: number }
  /** The unknown flags, as typed. */
  readonly flags?: readonly string[]
}

/** The fault of a command that was given too little: its help says what it takes. */
const TOO_LITTLE = 'CLI_INPUT_MISSING'

export function describeFailure(error: unknown, surroundings: FailureSurroundings): Failure {
  if (!isFault(error) && isUsageError(error)) return describeUsage(error, surroundings)
  const fault = asFault(error)
  const { code, blame, what, why } = fault
  const hint = fault.hint ?? (code === TOO_LITTLE ? `${surroundings.command} --help` : undefined)
  const origin = fault.cause instanceof Error ? fault.cause : fault
  return {
    code,
    message: maskSecrets(why === undefined ? what : `${what}: ${why}`),
    hints: hint === undefined ? [] : [maskSecrets(hint)],
    exitCode: exitCodeOf(fault),
    ...(blame === 'bug' && origin.stack !== undefined ? { stack: maskSecrets(origin.stack) } : {}),
  }
}

/** Where an error was thrown, without its message: that may repeat what was typed. */
export function framesOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return maskSecrets([error.name, ...frames].join('\n'))
}

function describeUsage(error: UsageError, { command, flags }: FailureSurroundings): Failure {
  const message = rephrase(error.message)
  const meant = (error.flags ?? []).flatMap(
    (flag) =>
      nearestWord(
        flag,
        flags.filter((known) => known !== flag),
      ) ?? [],
  )
  return {
    code: 'CLI_USAGE',
    message: maskSecrets(message),
    hints: [...meant.map((flag) => `did you mean ${flag}`), `${command} --help`],
    exitCode: error.oclif.exit ?? EXIT_USAGE,
  }
}

/** oclif's words in one line each, and without the values that were given: they may be secrets. */
function rephrase(message: string): string {
  const [said = ''] = message.split('\nSee more help')
  return said
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/^Parsing (--\S+) \n\t/, '$1: ')
    .replace(/^Unexpected arguments?: .*/s, 'unexpected argument')
    .replace(/Expected (--[\w-]+)=.* to be one of: /gs, '$1: expected one of: ')
    .replace(/Expected .* to be one of: /gs, 'expected one of: ')
    .replace(/ but received: .*/s, '')
    .replace(/^Missing required flag (\S+)$/gm, '--$1 is needed')
    .replace(/(--[\w-]+)=.* cannot also be provided when using (--[\w-]+)/g, '$1 and $2 exclude one another')
    .trim()
}

function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && 'oclif' in error && typeof error.oclif === 'object' && error.oclif !== null
}
