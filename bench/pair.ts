/** The measured chain: forward → VMess → freedom, each hop a process of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild, waitForPorts } from '../test/support/child.js'
import { freePorts } from '../test/support/free-port.js'
import { startV2ray } from '../test/support/v2ray.js'
import {
  dokodemoInbound,
  socksInbound,
  type V2rayConfig,
  type V2rayUser,
  v2rayClient,
  v2rayServer,
} from '../test/support/v2ray-config.js'
import type { Carrier } from './carriers.js'
import { startTarget, type Target } from './workers.js'

const USER_ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'

/** `node`: no VMess at all, only what Node costs (`bare.ts`). */
export type Maker = 'v2ray' | 'ours' | 'node'

/** How hops of ours are started. */
export interface OurHop {
  readonly node: string
  readonly program: string
  /** The program of the maker `node`. */
  readonly bare: string
}

export interface PairOptions {
  readonly client: Maker
  readonly server: Maker
  readonly security: string
  readonly targetPort: number
  readonly ourHop: OurHop
  /** What VMess rides on; tcp if absent. */
  readonly carrier?: Carrier
  /** The relay for a carrier that is lossy. */
  readonly lossy?: string
  /** Environment of hops of ours. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Pair {
  /** What arrives here comes out at the target. */
  readonly port: number
  readonly client: Child
  readonly server: Child
  stop(): Promise<void>
}

export async function startPair(options: PairOptions): Promise<Pair> {
  const ports = await freePorts(3)
  const [serverPort, readyPort, port] = ports as [number, number, number]
  const stops: (() => unknown)[] = []
  const stop = async () => {
    await Promise.all(stops.map((each) => each()))
  }
  try {
    const ready = {
      maker: options.server,
      config: serverConfig(serverPort, readyPort, options),
      port: readyPort,
    }
    const server = await startHop(ready, options)
    stops.push(server.stop)
    const wayIn = await openWayIn(serverPort, options)
    stops.push(wayIn.stop)
    const config = clientConfig(port, wayIn.port, options)
    const client = await startHop({ maker: options.client, config, port }, options)
    stops.push(client.stop)
    return { port, client, server, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Where the client finds the server: behind the relay, when the carrier is lossy. */
async function openWayIn(port: number, { carrier, lossy }: PairOptions): Promise<Target> {
  if (carrier?.lossy !== true) return { port, stop: () => undefined }
  if (lossy === undefined) throw new Error(`${carrier.name} needs the relay`)
  return startTarget(lossy, [String(port)])
}

/** A second inbound, on tcp, shows when a server is up that listens on udp. */
function serverConfig(port: number, readyPort: number, { security, carrier }: PairOptions): V2rayConfig {
  const config = v2rayServer(port, [userOf(security)])
  const inbounds = config.inbounds.map((inbound) => ({ ...inbound, streamSettings: carrier?.server }))
  return { ...config, inbounds: [...inbounds, socksInbound(readyPort)] }
}

function clientConfig(
  port: number,
  serverPort: number,
  { security, carrier, targetPort }: PairOptions,
): V2rayConfig {
  const forward = dokodemoInbound(port, { host: '127.0.0.1', port: targetPort })
  const config = v2rayClient(forward, { port: serverPort, user: userOf(security) })
  const fields = { streamSettings: carrier?.client, ...carrier?.outbound }
  return { ...config, outbounds: config.outbounds.map((outbound) => ({ ...outbound, ...fields })) }
}

function userOf(security: string): V2rayUser {
  return { id: USER_ID, alterId: 0, security }
}

interface Hop {
  readonly maker: Maker
  readonly config: V2rayConfig
  readonly port: number
}

async function startHop({ maker, config, port }: Hop, options: PairOptions): Promise<Child> {
  if (maker === 'v2ray') return startV2ray(config, { ready: [port] })
  const folder = await mkdtemp(join(tmpdir(), 'vmess-kit-hop-'))
  const file = join(folder, 'config.json')
  await writeFile(file, JSON.stringify(config))
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    VMESS_BENCH_TARGET: String(options.targetPort),
    ...options.env,
  }
  delete env.NODE_EXTRA_CA_CERTS
  const { node, program, bare } = options.ourHop
  const child = await startChild(node, [maker === 'node' ? bare : program, file], { env })
  const stop = async () => {
    await child.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await waitForPorts(child, [port])
  } catch (error) {
    await stop()
    throw error
  }
  return { ...child, stop }
}
