/**
 * Runs instances of ours as a process that a test can measure: `instance-program CONFIG…`, each
 * argument a V2Ray JSON text. Reports over IPC; see `our-process.ts`.
 */
import { parseConfig } from '../../src/config/v2ray-json.js'
import { type Instance, startInstance } from '../../src/engine/instance.js'
import type { Memory, Report } from './our-process.js'
import { silentLogger } from './silent-logger.js'

const MIB = 1024 ** 2

process.on('message', (order: 'report' | 'stop') => {
  void (order === 'stop' ? stop() : Promise.resolve()).then(report)
})
process.on('disconnect', () => process.exit(0))

// The standard streams are opened when they are first looked at, and stay.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
const before = await openResources()
const instances: Instance[] = []
for (const text of process.argv.slice(2)) {
  const { config } = parseConfig(text, { file: 'test.json' })
  instances.push(await startInstance(config, { logger: silentLogger }))
}

await report()

async function stop(): Promise<void> {
  await Promise.all(instances.splice(0).map((instance) => instance.stop({ graceMs: 1_000 })))
}

async function report(): Promise<void> {
  const connections = instances.reduce((sum, instance) => sum + instance.connections, 0)
  const open = await openResources()
  process.send?.({ connections, memory: memoryNow(), before, open } satisfies Report)
}

/** Twice: what the first collection finalises, the second can free. */
function memoryNow(): Memory {
  globalThis.gc?.()
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { resident: rss / MIB, heap: heapUsed / MIB, external: external / MIB }
}

/** What keeps the event loop busy. What was closed just now is gone once the loop has come round. */
async function openResources(): Promise<readonly string[]> {
  await new Promise((resolve) => setImmediate(resolve))
  return process.getActiveResourcesInfo()
}
