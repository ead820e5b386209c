/** The chains of the matrix: SOCKS → client hop → VMess → server hop → target. */
import type { Config, InboundConfig, StreamConfig, VmessUserConfig } from '../../src/config/config.js'
import { DEFAULT_POLICY, type Policy } from '../../src/config/policy.js'
import { type Instance, startInstance } from '../../src/engine/instance.js'
import { parseUserId } from '../../src/account/uuid.js'
import type { Child } from '../support/child.js'
import { freePort } from '../support/free-port.js'
import { startTargets, type Targets } from '../support/targets.js'
import { haveV2ray, startV2ray } from '../support/v2ray.js'
import { socksInbound, v2rayClient, v2rayServer } from '../support/v2ray-config.js'
import { BULK_BYTES, type Chain } from './checks.js'
import type { Cell, Column, Header, Row } from './matrix.js'
import { startAnnouncer } from './announcer.js'
import { silentLogger } from '../support/silent-logger.js'

const LOOPBACK = '127.0.0.1'
const STREAM: StreamConfig = { network: 'tcp', security: 'none' }

/** One user per kind of header: an alter id makes clients send the legacy one. */
const USERS: Readonly<Record<Header, { readonly id: string; readonly alterId: number }>> = {
  AEAD: { id: 'b831381d-6324-4d53-ad4f-8cda48b30811', alterId: 0 },
  legacy: { id: '66ad4540-b58c-4ad2-9926-ea63445a9b57', alterId: 4 },
}

/** What all chains share: the targets and a server of each make. */
export interface Lab {
  readonly targets: Targets
  readonly ourServer: Instance
  readonly v2rayServer: { readonly port: number; readonly child: Child } | undefined
  stop(): Promise<void>
}

export async function startLab(): Promise<Lab> {
  const targets = await startTargets(BULK_BYTES)
  const ourServer = await startInstance(serverConfig(), { logger: silentLogger })
  const v2rayServer = haveV2ray() ? await startPeerServer() : undefined
  const stop = async () => {
    await Promise.all([targets.stop(), ourServer.stop({ graceMs: 0 }), v2rayServer?.child.stop()])
  }
  return { targets, ourServer, v2rayServer, stop }
}

async function startPeerServer() {
  const port = await freePort()
  const child = await startV2ray(v2rayServer(port, Object.values(USERS), 'warning'), { ready: [port] })
  return { port, child }
}

export interface RunningChain extends Chain {
  /** What v2ray had to say, for the report of a failure. */
  log(): string
  stop(): Promise<void>
}

/** Starts the client hop of a cell and whatever else it needs of its own. */
export async function startChain(lab: Lab, cell: Cell): Promise<RunningChain> {
  const { row, column } = cell
  switch (row.direction) {
    case 'ours ↔ ours':
      return startOurClient(lab, cell, { port: portOf(lab.ourServer), serverIsOurs: true })
    case 'our client → v2ray server': {
      if (lab.v2rayServer === undefined) throw new Error('v2ray is not installed')
      const { port, child } = lab.v2rayServer
      return { ...(await startOurClient(lab, cell, { port, serverIsOurs: false })), log: child.log }
    }
    case 'v2ray client → our server':
      return column.security === 'aes-128-cfb' ? startSwitched(lab, row) : startV2rayClient(lab, row, column)
  }
}

interface Server {
  readonly port: number
  readonly serverIsOurs: boolean
}

async function startOurClient(lab: Lab, { row, column }: Cell, server: Server): Promise<RunningChain> {
  const user = {
    ...accept(USERS[row.header]),
    security: column.security,
    authenticatedLength: (column.options & 0x10) !== 0,
    noTerminationSignal: false,
    // "zero" says by its name what it sends, and differs between tcp and udp.
    ...(column.security === 'zero' ? {} : { options: column.options }),
  }
  const servers = [{ address: LOOPBACK, port: server.port, users: [user] }]
  const client = await startInstance(
    {
      ...NO_EXTRAS,
      inbounds: [{ ...inbound('socks'), protocol: 'socks', settings: { udp: true, userLevel: 0 } }],
      outbounds: [{ tag: 'out', stream: STREAM, protocol: 'vmess', settings: { servers } }],
    },
    { logger: silentLogger },
  )
  return {
    socksPort: portOf(client),
    targets: lab.targets,
    clientIsOurs: true,
    concurrent: true,
    serverIsOurs: server.serverIsOurs,
    log: () => '',
    stop: () => client.stop({ graceMs: 0 }),
  }
}

async function startV2rayClient(
  lab: Lab,
  { header }: Row,
  { security, options }: Column,
): Promise<RunningChain> {
  const user = { ...USERS[header], security }
  const env = security === 'none' && (options & 0x08) !== 0 ? { V2RAY_VMESS_PADDING: '1' } : {}
  return startPeerClient(lab, { port: portOf(lab.ourServer), user }, env)
}

/**
 * v2ray's client sends aes-128-cfb only to an account that a server handed out. The announcer does
 * that on its first connection and then stops listening, so that the account is all that is left.
 * v2ray still dials the closed port every other time; connections opened together could each meet it
 * again and again, until the second is over that v2ray waits.
 */
async function startSwitched(lab: Lab, { header }: Row): Promise<RunningChain> {
  const account = { ...accept(USERS[header]), port: portOf(lab.ourServer) }
  const announcer = await startAnnouncer(accept(USERS.AEAD), account)
  const chain = await startPeerClient(lab, { port: announcer.port, user: USERS.AEAD }, {})
  try {
    await announcer.announced(chain.socksPort)
  } catch (error) {
    await chain.stop()
    throw error
  }
  return { ...chain, concurrent: false }
}

async function startPeerClient(
  lab: Lab,
  server: Parameters<typeof v2rayClient>[1],
  env: Readonly<Record<string, string>>,
): Promise<RunningChain> {
  const socksPort = await freePort()
  const config = v2rayClient(socksInbound(socksPort), server)
  const child = await startV2ray(config, { ready: [socksPort], env })
  const hops = { clientIsOurs: false, serverIsOurs: true, concurrent: true }
  return { ...hops, socksPort, targets: lab.targets, log: child.log, stop: child.stop }
}

/** All of a cell but v2ray shares one busy thread: a second of silence there means nothing. */
const PATIENT: Policy = { ...DEFAULT_POLICY, uplinkOnlyMs: 30_000, downlinkOnlyMs: 30_000 }

const NO_EXTRAS: Omit<Config, 'inbounds' | 'outbounds'> = {
  log: { level: 'none', access: { to: 'off' }, error: { to: 'off' } },
  levels: new Map([[0, { policy: PATIENT, countUplink: false, countDownlink: false }]]),
  stats: {
    enabled: false,
    inboundUplink: false,
    inboundDownlink: false,
    outboundUplink: false,
    outboundDownlink: false,
  },
}

function serverConfig(): Config {
  const users = Object.values(USERS).map(accept)
  const settings = { users, disableInsecureEncryption: false }
  const freedom = { domainStrategy: 'AsIs', userLevel: 0 } as const
  return {
    ...NO_EXTRAS,
    inbounds: [{ ...inbound('vmess'), protocol: 'vmess', settings }],
    outbounds: [{ tag: 'out', stream: STREAM, protocol: 'freedom', settings: freedom }],
  }
}

function accept({ id, alterId }: { readonly id: string; readonly alterId: number }): VmessUserConfig {
  return { uuid: parseUserId(id).uuid, alterId, level: 0, email: '' }
}

/** Listens where the system has room. */
function inbound(tag: string): Pick<InboundConfig, 'tag' | 'listen' | 'stream'> {
  return { tag, listen: { kind: 'tcp', host: LOOPBACK, ports: [0] }, stream: STREAM }
}

function portOf(instance: Instance): number {
  const port = instance.listeners[0]?.endpoint.port
  if (port === undefined) throw new Error('the instance listens nowhere')
  return port
}
