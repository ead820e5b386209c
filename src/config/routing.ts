/** `routing` (config §8): read far enough to know that it asks for nothing that is not done. */
import { text } from './scalars.js'
import { anything, array, check, ignored, maybe, object, optional, type Shape } from './shape.js'

/** Rules send traffic elsewhere or stop it, so a file with rules cannot run without them. */
const rules = check(array(anything), (list, place) => {
  if (list.length > 0)
    place.error('routing rules are not supported yet; all traffic would take the first outbound')
  return list
})

export const routing: Shape<unknown> = object({
  domainStrategy: maybe(text),
  rules: maybe(rules),
  settings: maybe(object({ domainStrategy: maybe(text), rules: maybe(rules) })),
  balancers: ignored('balancers have no effect without rules'),
  strategy: optional(text, ''),
  domainMatcher: maybe(text),
})
