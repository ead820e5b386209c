/**
 * Runs instances of ours as a process that a test can measure: `instance-program CONFIG…`, each
 * argument a V2Ray JSON text. Reports over IPC; see `our-process.ts`.
 */
import { parseConfig } from '../../src/config/v2ray-json.js'
import { type Instance, startInstance } from '../../src/engine/instance.js'
import type { Report } from './our-process.js'
import { silentLogger } from './silent-logger.js'

const before = process.getActiveResourcesInfo()
const instances: Instance[] = []
for (const text of process.argv.slice(2)) {
  const { config } = parseConfig(text, { file: 'test.json' })
  instances.push(await startInstance(config, { logger: silentLogger }))
}

process.on('message', (order: 'report' | 'stop') => {
  void (order === 'stop' ? stop() : Promise.resolve()).then(report)
})
process.on('disconnect', () => process.exit(0))
report()

async function stop(): Promise<void> {
  await Promise.all(instances.splice(0).map((instance) => instance.stop({ graceMs: 1_000 })))
  // Handles that were closed are reported until the event loop has come round.
  await new Promise((resolve) => setImmediate(resolve))
}

function report(): void {
  const connections = instances.reduce((sum, instance) => sum + instance.connections, 0)
  process.send?.({ connections, before, open: process.getActiveResourcesInfo() } satisfies Report)
}
