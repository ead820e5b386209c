/** The one place that decides exit codes. They are the same with and without `--json`. */
import type { Fault } from '../faults/fault.js'

export interface ExitCode {
  readonly code: number
  readonly meaning: string
}

export const EXIT_CODES = [
  { code: 0, meaning: 'done; warnings are allowed' },
  { code: 1, meaning: 'failed for a reason without a number of its own' },
  { code: 2, meaning: 'usage: unknown command or flag, bad value, input missing and no terminal to ask on' },
  { code: 4, meaning: 'server and client do not match' },
  { code: 5, meaning: 'network: unreachable, refused, timed out, name not found' },
  { code: 6, meaning: 'clock skew beyond the limit' },
  { code: 7, meaning: 'the peer refused us: authentication, replay, wrong security or transport' },
  { code: 8, meaning: 'file: missing, unreadable, unwritable, exists already, too large' },
  { code: 9, meaning: 'cannot listen: address in use or not permitted' },
  { code: 23, meaning: 'configuration or share link invalid' },
  { code: 130, meaning: 'interrupted: a second signal during shutdown, a cancelled question' },
] as const satisfies readonly ExitCode[]

export type ExitNumber = (typeof EXIT_CODES)[number]['code']

export const EXIT_FAILED: ExitNumber = 1
export const EXIT_USAGE: ExitNumber = 2
export const EXIT_INTERRUPTED: ExitNumber = 130

/**
 * By the beginning of the fault's code; the first match decides. A share link is a configuration in
 * another spelling, so `connect LINK` and `connect -c FILE` fail alike.
 */
const BY_CODE: readonly (readonly [beginning: string, exit: ExitNumber])[] = [
  ['CLI_FILE', 8],
  ['CLI_OUTPUT', 8],
  ['CLI_CHECK', EXIT_FAILED],
  ['CLI_CANCELLED', 130],
  ['CLI_', EXIT_USAGE],
  ['CONFIG_UNTIDY', EXIT_FAILED],
  ['CONFIG_', 23],
  ['LINK_', 23],
  ['PROBE_', 5],
  ['SUBSCRIPTION_UNKNOWN', EXIT_USAGE],
  ['SUBSCRIPTION_EXISTS', EXIT_USAGE],
  ['SUBSCRIPTION_URL', EXIT_USAGE],
  ['SUBSCRIPTION_', 5],
  ['PICTURE_', 8],
  ['IMPORT_PARTIAL', EXIT_FAILED],
  ['IMPORT_', 23],
  ['QR_', EXIT_FAILED],
  ['PROFILE_STORE', 8],
  ['PROFILE_LOCKED', 8],
  ['PROFILE_DAMAGED', 23],
  ['PROFILE_', EXIT_USAGE],
  ['TRANSPORT_LISTEN', 9],
  ['TRANSPORT_TLS_FILES', 8],
  ['TRANSPORT_CERTIFICATE_HOST', EXIT_USAGE],
  ['TRANSPORT_', 5],
  ['DIAL_', 5],
  ['RELAY_', 5],
  ['NTP_', 5],
  ['MATCH_', 4],
  ['VERSION_', 5],
  ['CLOCK_SKEW', 6],
  ['CLOCK_', 5],
]

/** The exit code of a fault. What the caller typed is usage; what a peer refused has its own number. */
export function exitCodeOf({ code, blame }: Pick<Fault, 'code' | 'blame'>): ExitNumber {
  const exit = BY_CODE.find(([beginning]) => code.startsWith(beginning))?.[1]
  if (exit !== undefined) return exit
  if (blame === 'caller') return EXIT_USAGE
  return code.startsWith('VMESS_') && blame === 'peer' ? 7 : EXIT_FAILED
}
