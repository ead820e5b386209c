/**
 * The VMess inbound: opens request headers, then hands the plaintext to the dispatcher.
 *
 *     connection ── bytes ──▶ ServerSession ── request ──▶ dispatcher
 *                                  └── BodyConnection ◀──────┘
 */
import type { InboundConfig } from '../config/config.js'
import type { Inbound, InboundSurroundings } from '../contracts/inbound.js'
import { drainDepthOf } from '../tunnel/drain.js'
import { SessionHistory } from '../vmess/session-history.js'
import { makeUser } from '../vmess/user.js'
import { UserTable } from '../vmess/user-table.js'
import { makeAcceptor } from './acceptor.js'
import { joinServer } from './protocol-server.js'
import { VmessHead } from './vmess-head.js'
import { VmessMux } from './vmess-mux.js'
import { VmessRefusals } from './vmess-refusals.js'

type VmessInboundConfig = Extract<InboundConfig, { protocol: 'vmess' }>

export function makeVmessInbound(config: VmessInboundConfig, surroundings: InboundSurroundings): Inbound {
  const { clock } = surroundings
  const { users: configured, disableInsecureEncryption } = config.settings
  const users = new UserTable(configured.map(makeUser), clock)
  const mux = new VmessMux(surroundings)
  const shared = {
    tag: config.tag,
    surroundings,
    users,
    history: new SessionHistory(clock),
    depth: drainDepthOf(
      'server',
      configured.map((user) => user.uuid),
    ),
    refusals: new VmessRefusals({ tag: config.tag, users, surroundings }),
    mux,
    disableInsecureEncryption,
  }
  const acceptor = makeAcceptor({
    tag: config.tag,
    protocol: config.protocol,
    listen: config.listen,
    surroundings,
    serve: (connection, headOver) => {
      new VmessHead(shared, connection, headOver).start()
    },
  })
  return joinServer(acceptor, mux)
}
