/** `accounts` of socks and http inbounds (config §3.6, §3.7). */
import type { AccountConfig } from './config.js'
import { text } from './scalars.js'
import { array, convert, object, optional, type Shape } from './shape.js'

const account: Shape<AccountConfig> = object({ user: optional(text, ''), pass: optional(text, '') })

/** Of several accounts with one name the last one counts. */
export const accounts: Shape<readonly AccountConfig[]> = convert(array(account), [], (list) => {
  const byName = new Map(list.map((entry) => [entry.user, entry]))
  return [...byName.values()]
})
