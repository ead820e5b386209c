/**
 * The VMess inbound: opens request headers, then hands the plaintext to the dispatcher.
 *
 *     connection ── bytes ──▶ ServerSession ── request ──▶ dispatcher
 *                                  └── BodyConnection ◀──────┘
 */
import type { InboundConfig } from '../config/config.js'
import type { ConnectionServer, Inbound, InboundSurroundings } from '../contracts/inbound.js'
import { drainDepthOf, Drains } from '../tunnel/drain.js'
import { systemMonotonic, systemTicker } from '../ports/ports.js'
import { SessionHistory } from '../vmess/session-history.js'
import { makeUser } from '../vmess/user.js'
import { UserTable } from '../vmess/user-table.js'
import { makeAcceptor } from './acceptor.js'
import { LookUpTurns } from './look-up-turns.js'
import { joinServer } from './protocol-server.js'
import { VmessHead } from './vmess-head.js'
import { VmessMux } from './vmess-mux.js'
import { VmessRefusals } from './vmess-refusals.js'

type VmessInboundConfig = Extract<InboundConfig, { protocol: 'vmess' }>

export function makeVmessInbound(config: VmessInboundConfig, surroundings: InboundSurroundings): Inbound {
  const { clock, monotonic = systemMonotonic, ticker = systemTicker } = surroundings
  const drains = new Drains(ticker)
  const { users: configured, disableInsecureEncryption } = config.settings
  const users = new UserTable(configured.map(makeUser), clock, monotonic)
  const mux = new VmessMux(surroundings)
  const shared = {
    tag: config.tag,
    surroundings,
    users,
    turns: new LookUpTurns(),
    history: new SessionHistory(monotonic),
    depth: drainDepthOf(
      'server',
      configured.map((user) => user.uuid),
    ),
    refusals: new VmessRefusals({ name: config.tag || config.protocol, users, surroundings }),
    mux,
    disableInsecureEncryption,
    drains,
  }
  const serve: ConnectionServer = (connection, headOver) => {
    new VmessHead(shared, connection, headOver).start()
  }
  const acceptor = makeAcceptor({
    tag: config.tag,
    protocol: config.protocol,
    listen: config.listen,
    surroundings,
    serve,
  })
  return joinServer(acceptor, {
    close: () => {
      drains.close()
      mux.close()
    },
  })
}
