/** Prints, as JSON, how many request headers a second are sealed and opened: `codec MILLISECONDS`. */
import { systemRandom } from '../src/ports/ports.js'
import { ClientSession } from '../src/vmess/client-session.js'
import { ServerSession } from '../src/vmess/server-session.js'
import { SessionHistory } from '../src/vmess/session-history.js'
import { makeUser, type VmessUser } from '../src/vmess/user.js'
import { UserTable } from '../src/vmess/user-table.js'
import { makeUuid } from '../src/account/uuid.js'

export interface CodecFigure {
  readonly what: string
  readonly perSecond: number
}

const TABLE_SIZES = [1, 100, 10_000] as const
const BATCH = 200
const OPTIONS = 0x0d
const AES_128_GCM = 3

/** Moves on with every batch, so that what guards against replay forgets as it does in life. */
const now = Date.now()
const clock = () => now

function makeHead(user: VmessUser): Uint8Array {
  const destination = { kind: 'domain', host: 'www.example.com', port: 443 } as const
  return new ClientSession({
    user,
    legacy: false,
    command: 'tcp',
    destination,
    security: AES_128_GCM,
    options: OPTIONS,
    clock,
    random: systemRandom,
  }).head
}
