import type { ExitCode } from '../exit-codes.js'
import type { Paint } from '../paint.js'

/** The table of `vmess help exit-codes`. */
export function renderExitCodes(codes: readonly ExitCode[], paint: Paint): string {
  const rows = codes.map(({ code, meaning }) => `  ${paint.cyan(String(code).padStart(3))}  ${meaning}`)
  return [paint.bold('EXIT CODES'), ...rows, '', 'They are the same with and without --json.'].join('\n')
}
