import type { Failure } from '../failure.js'
import type { Paint } from '../paint.js'
import { visible } from './visible.js'

/**
 * A failure as oclif prints its own: each line behind a mark, then the code and what to try.
 * Nothing is wrapped, so that `file:line:column` stays one word.
 */
export function renderFailure(failure: Failure, paint: Paint): string {
  const { message, code, hints, stack } = failure
  const lines = [`Error: ${message}`, `Code: ${code}`]
  if (hints.length === 1) lines.push(`Try this: ${hints[0]}`)
  if (hints.length > 1) lines.push('Try this:', ...hints.map((hint) => `  * ${hint}`))
  const marked = lines
    .flatMap((line) => line.split('\n'))
    .map((line) => ` ${paint.red('›')}   ${visible(line)}\n`)
  return marked.join('') + (stack === undefined ? '' : `\n${stack.split('\n').map(visible).join('\n')}\n`)
}

/** The only shape a failure has in JSON; oclif's own would print the whole configuration. */
export function failureJson({ code, message, hints, exitCode, stack }: Failure, data?: object): object {
  return {
    ok: false,
    ...(data && { data }),
    error: { code, message, hints, exitCode, ...(stack === undefined ? {} : { stack }) },
  }
}
