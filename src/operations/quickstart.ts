/** A whole tunnel on this machine: server, client, a page to fetch through it, and the proof that it works. */
import { arch } from 'node:os'
import { resolveSecurity, type WireSecurity } from '../account/security.js'
import { formatUuid, makeUuid } from '../account/uuid.js'
import type { Config } from '../config/config.js'
import { Fault } from '../faults/fault.js'
import { systemRandom } from '../ports/ports.js'
import { type BuiltInPage, PAGE_TEXT, servePage } from './built-in-page.js'
import { type Client, startClient } from './connect.js'
import { makeServerConfig } from './plain-config.js'
import { requestThroughSocks } from './proxied-request.js'
import type { Running, RunningListener, RunOptions } from './running.js'
import { startServer } from './serve.js'
import { makeServerLinks } from './server-links.js'

export interface QuickstartOptions extends RunOptions {
  /** Listens on all interfaces, and the link names this address; without it all stays on loopback. */
  readonly publicAddress?: string
}

export interface Quickstart extends Pick<Running, 'connections' | 'snapshot' | 'stop'> {
  readonly id: string
  /** For other machines and apps, or for another program on this one. */
  readonly link: string
  readonly server: RunningListener['endpoint']
  readonly proxyUrl: string
  /** The built-in page as the far end of the tunnel reaches it. */
  readonly pageUrl: string
  readonly check: TunnelCheck
}

export interface TunnelCheck {
  /** Size of the page. */
  readonly bytes: number
  /** From opening the connection to the proxy to the last byte. */
  readonly durationMs: number
  /** What `auto` is on this machine. */
  readonly security: WireSecurity
}

const LIMIT_MS = 10_000

type Stopping = Parameters<Running['stop']>[0]

/** Something that was started and has to be stopped. */
interface Part {
  stop(stopping: Stopping): Promise<void>
}

/**
 * Starts everything on free ports and fetches the page once. Rejects with `CLI_CHECK`, DIAL or TRANSPORT
 * faults, and with `LINK_FIELD` for an address that no link can hold; then nothing stays open.
 */
export async function startQuickstart(options: QuickstartOptions = {}): Promise<Quickstart> {
  const started: Part[] = []
  const stop = async (stopping: Stopping): Promise<void> => {
    // Backwards: the client's flows end before the server they run through.
    for (const part of started.toReversed()) await part.stop(stopping)
  }
  const keep = <P extends Part>(part: P): P => {
    started.push(part)
    return part
  }
  try {
    const id = formatUuid(makeUuid(systemRandom))
    const config = serverConfig(id, options)
    const page = keep(await servePage())
    const server = keep(await startServer({ ...options, config }))
    const { link: localLink } = onlyOne(makeServerLinks(config, server.listeners, { security: 'auto' }))
    const client = keep(await startClient({ ...options, link: localLink }))
    const check = await checkTunnel(page, client)
    return {
      id,
      link: onlyOne(server.links).link,
      server: onlyOne(server.listeners).endpoint,
      proxyUrl: client.proxyUrl ?? '',
      pageUrl: `http://${page.address}:${page.port}/`,
      check,
      stop,
      snapshot: () => client.snapshot(),
      get connections() {
        return client.connections
      },
    }
  } catch (error) {
    await stop({ graceMs: 0 })
    throw error
  }
}

function serverConfig(id: string, { publicAddress }: QuickstartOptions): Config {
  if (publicAddress === undefined) return makeServerConfig({ id, listen: {} })
  const host = publicAddress.includes(':') ? '::' : '0.0.0.0'
  return makeServerConfig({ id, listen: { host } })
}

async function checkTunnel(page: BuiltInPage, client: Client): Promise<TunnelCheck> {
  const proxy = onlyOne(client.listeners).endpoint
  const signal = AbortSignal.timeout(LIMIT_MS)
  const begun = performance.now()
  const { status, body } = await requestThroughSocks({ proxy, target: page, signal })
  const durationMs = performance.now() - begun
  if (status !== 200 || body !== PAGE_TEXT) {
    throw new Fault('CLI_CHECK', { why: `the page came back changed, with status ${status}` })
  }
  return { bytes: Buffer.byteLength(body), durationMs, security: resolveSecurity('auto', arch()) }
}

function onlyOne<T>(values: readonly T[]): T {
  const [value] = values
  if (value === undefined || values.length > 1) {
    throw new Fault('INTERNAL_INVARIANT', { why: `${values.length} where there is one` })
  }
  return value
}
