/** `settings` of an http inbound (config §3.7). */
import { accounts } from './accounts.js'
import type { HttpInboundSettings } from './config.js'
import { flag, uint32 } from './scalars.js'
import { convert, ignored, object, optional, type Shape } from './shape.js'

export const httpInbound: Shape<HttpInboundSettings> = convert(
  object({
    accounts: optional(accounts, [], 'users'),
    allowTransparent: optional(flag, false),
    userLevel: optional(uint32, 0),
    timeout: ignored('use connIdle of a policy level instead'),
    auth: ignored('has no meaning for http: accounts alone switch authentication on'),
    udp: ignored('an HTTP proxy carries no UDP'),
  }),
  { allowTransparent: false, userLevel: 0 },
  ({ accounts: list, allowTransparent, userLevel }) => {
    const base = { allowTransparent, userLevel }
    return list.length === 0 ? base : { ...base, accounts: list }
  },
)
