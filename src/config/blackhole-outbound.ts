/** `settings` of a blackhole outbound (config §4.5). */
import type { BlackholeSettings } from './config.js'
import { word } from './scalars.js'
import { convert, maybe, object, required, type Shape } from './shape.js'

const RESPONSES = { none: 'none', http: 'http' } as const

export const blackholeOutbound: Shape<BlackholeSettings> = convert(
  object({
    response: maybe(object({ type: required(word<BlackholeSettings['response']>(RESPONSES, 'none')) })),
  }),
  { response: 'none' },
  ({ response }) => ({ response: response?.type ?? 'none' }),
)
