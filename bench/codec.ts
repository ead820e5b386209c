/** Prints, as JSON, how many request headers a second are sealed and opened: `codec MILLISECONDS`. */
import { makeUuid } from '../src/account/uuid.js'
import { systemRandom } from '../src/ports/ports.js'
import { ClientSession } from '../src/vmess/client-session.js'
import { ServerSession } from '../src/vmess/server-session.js'
import { SessionHistory } from '../src/vmess/session-history.js'
import { makeUser, type VmessUser } from '../src/vmess/user.js'
import { UserTable } from '../src/vmess/user-table.js'

export interface CodecFigure {
  readonly what: string
  readonly perSecond: number
}

const TABLE_SIZES = [1, 100, 10_000] as const
/** Heads made ahead of each measured stretch; each is opened once, as replay protection demands. */
const BATCH = 200
const OPTIONS = 0x0d
const HOME = '192.0.2.1'

/** Moves on with each batch, so that what guards against replay forgets as it does in life. */
let now = Date.now()
const clock = () => now
const measureMs = Number(process.argv[2] ?? 1_000)

function openSession(user: VmessUser): ClientSession {
  return new ClientSession({
    user,
    legacy: false,
    command: 'tcp',
    destination: { kind: 'domain', host: 'www.example.com', port: 443 },
    security: 'aes-128-gcm',
    options: OPTIONS,
    clock,
    random: systemRandom,
  })
}

/** Repeats a stretch of work for the time given and says how often a second one item was done. */
function measure(prepare: () => readonly Uint8Array[], work: (heads: readonly Uint8Array[]) => void): number {
  let items = 0
  let spentMs = 0
  work(prepare())
  while (spentMs < measureMs) {
    const heads = prepare()
    const began = performance.now()
    work(heads)
    spentMs += performance.now() - began
    items += heads.length
    now += 1_000
  }
  return (1000 * items) / spentMs
}

function someUser(users: readonly VmessUser[]): VmessUser {
  return users[Math.floor(Math.random() * users.length)] as VmessUser
}

function sealing(user: VmessUser): CodecFigure {
  const perSecond = measure(
    () => new Array<Uint8Array>(BATCH).fill(new Uint8Array(0)),
    (heads) => {
      for (let i = 0; i < heads.length; i++) openSession(user)
    },
  )
  return { what: 'client session: seal a head', perSecond }
}

/** With a `source` all heads come from one address, and from one user there. */
function opening(users: readonly VmessUser[], source: string | undefined): CodecFigure {
  const table = new UserTable(users, clock)
  const history = new SessionHistory(clock)
  const user = someUser(users)
  const perSecond = measure(
    () =>
      Array.from({ length: BATCH }, () => openSession(source === undefined ? someUser(users) : user).head),
    (heads) => {
      for (const head of heads) {
        const session = new ServerSession({
          users: table,
          history,
          random: systemRandom,
          ...(source === undefined ? {} : { source }),
        })
        session.receive(head)
        if (session.next() === undefined) throw new Error('the head was not complete')
      }
    },
  )
  const who = source === undefined ? 'any of them' : 'one seen lately'
  return { what: `server session: open a head, ${users.length} users, ${who}`, perSecond }
}

const everybody = Array.from({ length: Math.max(...TABLE_SIZES) }, () =>
  makeUser({ uuid: makeUuid(systemRandom), alterId: 0, email: '', level: 0 }),
)
const figures = [
  sealing(everybody[0] as VmessUser),
  ...TABLE_SIZES.map((size) => opening(everybody.slice(0, size), undefined)),
  opening(everybody, HOME),
]
process.stdout.write(JSON.stringify(figures))
