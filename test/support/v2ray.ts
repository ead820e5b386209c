/** Starts a real v2ray for a test or a bench. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild, waitForPorts } from './child.js'
import type { V2rayConfig } from './v2ray-config.js'

let found: boolean | undefined

/** Whether a `v2ray` of version 4 is on the path. */
export function haveV2ray(): boolean {
  found ??= /^V2Ray 4\./.test(spawnSync('v2ray', ['-version'], { encoding: 'utf8' }).stdout ?? '')
  return found
}

/** Why the tests that need v2ray cannot run; undefined when they can. In CI that is an error instead. */
export function v2rayMissing(): string | undefined {
  if (haveV2ray()) return undefined
  if (process.env.CI === 'true') throw new Error('v2ray 4 is not installed, and in CI it has to be')
  return 'v2ray 4 is not installed'
}

export interface StartV2ray {
  /** Ports that must accept a connection before it counts as started. */
  readonly ready: readonly number[]
  readonly env?: Readonly<Record<string, string>>
}

/** Runs v2ray with a configuration from a file of its own; `stop` removes that too. */
export async function startV2ray(config: V2rayConfig, { ready, env = {} }: StartV2ray): Promise<Child> {
  const folder = await mkdtemp(join(tmpdir(), 'vmess-kit-v2ray-'))
  const file = join(folder, 'config.json')
  await writeFile(file, JSON.stringify(config))
  const child = await startChild('v2ray', ['-config', file], { env: { ...process.env, ...env } })
  const stop = async () => {
    await child.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await waitForPorts(child, ready)
  } catch (error) {
    await stop()
    throw error
  }
  return { ...child, stop }
}
