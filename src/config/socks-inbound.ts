/** `settings` of socks and mixed inbounds (config §3.6). */
import { accounts } from './accounts.js'
import { host } from './address.js'
import type { SocksInboundSettings } from './config.js'
import type { Place } from './place.js'
import { flag, quote, textThat, uint32, word } from './scalars.js'
import { check, convert, ignored, maybe, object, optional, type Shape } from './shape.js'

const PACKET_ENCODINGS = { none: 'none', packet: 'packet', stream: 'stream' } as const

/**
 * V2Ray compares the case and takes every other word, `"Password"` included, for no authentication. An
 * open proxy by a typing mistake is refused here instead.
 */
const authWord: Shape<string> = textThat('noauth', (found, place) => {
  if (found === 'noauth' || found === 'password') return found
  const hint = 'V2Ray would let everybody in'
  const lower = found.toLowerCase()
  const fix = lower === 'password' || lower === 'noauth' ? place.replacedBy(`"${lower}"`) : undefined
  place.report('VM-W02', `${quote(found)} is not one of noauth, password (in lower case)`, { hint, fix })
  return 'password'
})

export const socksInbound: Shape<SocksInboundSettings> = convert(
  object(
    {
      auth: optional(authWord, 'noauth'),
      accounts: optional(accounts, [], 'users'),
      udp: optional(flag, false),
      ip: maybe(host),
      userLevel: optional(uint32, 0),
      timeout: ignored('use connIdle of a policy level instead'),
      packetEncoding: maybe(check(word(PACKET_ENCODINGS, 'none'), warnOfEncoding)),
    },
    {
      elsewhere: {
        udpEnabled: 'udp; this is the V2Ray 5 form',
        address: 'ip or the listen field of the inbound',
        clients: 'accounts',
      },
    },
  ),
  { udp: false, userLevel: 0 },
  (values, place) => {
    const common = { udp: values.udp, userLevel: values.userLevel }
    const base = values.ip === undefined ? common : { ...common, udpAddress: values.ip }
    if (values.auth === 'password') return { ...base, accounts: values.accounts }
    if (values.accounts.length > 0) {
      const list = place.child('accounts') ?? place.spot('users')
      list.report('VM-W01', 'nobody is asked for these accounts', 'add "auth": "password"')
    }
    return base
  },
)

function warnOfEncoding<T extends string>(value: T, place: Place): T {
  if (value !== 'none')
    place.report('VM-E02', 'packet encodings are not supported yet; UDP is sent per destination')
  return value
}
