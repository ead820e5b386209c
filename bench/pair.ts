/** The measured chain: forward → VMess → freedom, each hop a process of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild, waitForPorts } from '../test/support/child.js'
import { freePorts } from '../test/support/free-port.js'
import { startV2ray } from '../test/support/v2ray.js'
import { dokodemoInbound, type V2rayConfig, v2rayClient, v2rayServer } from '../test/support/v2ray-config.js'

const USER_ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'

export type Maker = 'v2ray' | 'ours'

/** How hops of ours are started. */
export interface OurHop {
  readonly node: string
  readonly program: string
}

export interface PairOptions {
  readonly client: Maker
  readonly server: Maker
  readonly security: string
  readonly targetPort: number
  readonly ourHop: OurHop
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
  const [serverPort, port] = (await freePorts(2)) as [number, number]
  const user = { id: USER_ID, alterId: 0, security: options.security }
  const server = await startHop(
    { maker: options.server, config: v2rayServer(serverPort, [user]), port: serverPort },
    options,
  )
  const forward = dokodemoInbound(port, { host: '127.0.0.1', port: options.targetPort })
  const config = v2rayClient(forward, { port: serverPort, user })
  let client: Child
  try {
    client = await startHop({ maker: options.client, config, port }, options)
  } catch (error) {
    await server.stop()
    throw error
  }
  const stop = async () => {
    await Promise.all([client.stop(), server.stop()])
  }
  return { port, client, server, stop }
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
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env }
  delete env.NODE_EXTRA_CA_CERTS
  const child = await startChild(options.ourHop.node, [options.ourHop.program, file], { env })
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
