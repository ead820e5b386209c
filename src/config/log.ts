/** `log` (config §10). */
import type { LogConfig } from './config.js'
import type { Place } from './place.js'
import { text, wordOr } from './scalars.js'
import { convert, ignored, maybe, object, optional, type Shape } from './shape.js'

type LogTarget = LogConfig['access']

const LEVELS = { debug: 'debug', info: 'info', warning: 'warning', error: 'error', none: 'none' } as const

/** Without a `log` section V2Ray keeps no access log; with one, it goes to standard output. */
export const NO_LOG_SECTION: LogConfig = { level: 'warning', access: { to: 'off' }, error: { to: 'stdout' } }

export const log: Shape<LogConfig> = convert(
  object({
    loglevel: optional(wordOr<LogConfig['level']>(LEVELS, 'warning'), 'warning' as const),
    access: maybe(text),
    error: maybe(text),
    dnsLog: ignored('DNS queries are not logged'),
    maskAddress: ignored('addresses are not masked in the log'),
  }),
  NO_LOG_SECTION,
  ({ loglevel, access, error }, place) => {
    for (const key of ['access', 'error']) noteFile(place.child(key))
    if (loglevel === 'none') return { level: 'none', access: { to: 'off' }, error: { to: 'off' } }
    return { level: loglevel, access: makeTarget(access), error: makeTarget(error) }
  },
)

function noteFile(place: Place | undefined): void {
  const file = place?.value
  if (place === undefined || typeof file !== 'string' || file === '' || file.toLowerCase() === 'none') return
  place.source.references.push({ kind: 'log', file, place })
}

function makeTarget(written: string | undefined): LogTarget {
  if (written === undefined || written === '') return { to: 'stdout' }
  return written.toLowerCase() === 'none' ? { to: 'off' } : { to: 'file', path: written }
}
