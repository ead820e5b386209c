/** One end of a tunnel: ours in this process, or another program. */
import { parseConfig } from '../../../src/config/v2ray-json.js'
import { startInstance } from '../../../src/engine/instance.js'
import { type PeerName, startPeer } from '../../support/peers.js'
import { silentLogger } from '../../support/silent-logger.js'

export interface Hop {
  log(): string
  stop(): Promise<unknown>
}

/** Runs a file; `ready` are the ports of another program that must accept connections. */
export async function runHop(whose: PeerName | 'ours', text: string, ready: readonly number[]): Promise<Hop> {
  if (whose !== 'ours') return startPeer(whose, text, ready)
  const { config } = parseConfig(text, { file: 'ours' })
  const instance = await startInstance(config, { logger: silentLogger })
  return { log: () => '', stop: () => instance.stop({ graceMs: 0 }) }
}
