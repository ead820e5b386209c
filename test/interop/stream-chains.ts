/**
 * Chains over any transport: SOCKS → client hop → VMess over `streamSettings` → server hop → target.
 * Both makes read the same V2Ray JSON, so that its reading is judged along with the wire.
 */
import type { Config } from '../../src/config/config.js'
import { DEFAULT_POLICY } from '../../src/config/policy.js'
import { parseConfig } from '../../src/config/v2ray-json.js'
import { startInstance } from '../../src/engine/instance.js'
import { freePorts } from '../support/free-port.js'
import { silentLogger } from '../support/silent-logger.js'
import type { Targets } from '../support/targets.js'
import { startV2ray } from '../support/v2ray.js'
import {
  socksInbound,
  type V2rayConfig,
  type V2rayUser,
  v2rayClient,
  v2rayServer,
} from '../support/v2ray-config.js'
import type { RunningChain } from './chains.js'
import type { Direction } from './matrix.js'

const USER = { id: 'b831381d-6324-4d53-ad4f-8cda48b30811', alterId: 0, security: 'aes-128-gcm' }
/** All of a chain but v2ray shares one busy thread: a second of silence there means nothing. */
const PATIENT = { ...DEFAULT_POLICY, uplinkOnlyMs: 30_000, downlinkOnlyMs: 30_000 }

export interface StreamChain {
  readonly direction: Direction
  readonly targets: Targets
  /** `streamSettings` of both sides. */
  readonly settings: object
  /** `streamSettings` of the client where they differ. */
  readonly clientStream?: object
  /** Where the client finds the server at `port`; there, if absent. */
  readonly relay?: (port: number) => Promise<number>
  /** Further fields of the client's outbound, such as `mux`. */
  readonly outbound?: object
  /** Further fields of its `settings`. */
  readonly clientSettings?: object
  readonly user?: V2rayUser
}

interface Hop {
  log(): string
  stop(): Promise<unknown>
}

export async function startStreamChain(options: StreamChain): Promise<RunningChain> {
  const { direction, targets, settings, relay, user = USER } = options
  const [port, readyPort, socksPort] = (await freePorts(3)) as [number, number, number]
  const serverIsOurs = direction !== 'our client → v2ray server'
  const clientIsOurs = direction !== 'v2ray client → our server'
  const server = await start(serverConfig(port, { settings, readyPort, user }), readyPort, serverIsOurs)
  const hops: Hop[] = [server]
  const stop = async () => {
    for (const hop of hops.toReversed()) await hop.stop()
  }
  try {
    const to = { port: (await relay?.(port)) ?? port, user }
    const config = withFields(v2rayClient(socksInbound(socksPort), to), options)
    hops.push(await start(config, socksPort, clientIsOurs))
  } catch (error) {
    await stop()
    throw error
  }
  const log = () => hops.map((hop) => hop.log()).join('\n')
  return { socksPort, targets, clientIsOurs, serverIsOurs, concurrent: true, log, stop }
}

/** A second inbound, on tcp, shows when a server is up that listens on udp. */
function serverConfig(
  port: number,
  { settings, readyPort, user }: { settings: object; readyPort: number; user: V2rayUser },
): V2rayConfig {
  const config = v2rayServer(port, [user], 'warning')
  const inbounds = config.inbounds.map((inbound) => ({ ...inbound, streamSettings: settings }))
  return { ...config, inbounds: [...inbounds, socksInbound(readyPort)] }
}

function withFields(
  config: V2rayConfig,
  { settings, clientStream = settings, outbound, clientSettings }: StreamChain,
): V2rayConfig {
  const outbounds = config.outbounds.map((given) => ({
    ...given,
    ...outbound,
    streamSettings: clientStream,
    settings: { ...(given as { settings: object }).settings, ...clientSettings },
  }))
  return { ...config, outbounds }
}

async function start(config: V2rayConfig, readyPort: number, ours: boolean): Promise<Hop> {
  if (!ours) return startV2ray(config, { ready: [readyPort] })
  const instance = await startInstance(ourConfig(config), { logger: silentLogger })
  return { log: () => '', stop: () => instance.stop({ graceMs: 0 }) }
}

function ourConfig(config: V2rayConfig): Config {
  const parsed = parseConfig(JSON.stringify(config), { file: 'interop.json' }).config
  return {
    ...parsed,
    levels: new Map([[0, { policy: PATIENT, countUplink: false, countDownlink: false }]]),
  }
}
