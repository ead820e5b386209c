/**
 * One hop of ours as a process: `hop CONFIG.json`, V2Ray JSON, run until a signal. With
 * `VMESS_BENCH_CHUNKS=16K` its VMess outbounds neither send nor ask for larger chunks.
 */
import { readFileSync } from 'node:fs'
import type { Config, OutboundConfig, VmessServerConfig } from '../src/config/config.js'
import { parseConfig, startInstance } from '../src/index.js'
import { relaxCollector } from '../src/cli/collector.js'
import { compileEarly } from '../src/cli/compiler.js'

const file = process.argv[2]
if (file === undefined) throw new Error('usage: hop CONFIG.json')

// As the program does.
relaxCollector()
compileEarly()
const say = (message: string, fields?: object) =>
  process.stderr.write(`${message} ${JSON.stringify(fields ?? {})}\n`)
const quiet = () => {}
const isWritten = (level: string) => level === 'warning' || level === 'error'
const { config } = parseConfig(readFileSync(file, 'utf8'), { file })
const instance = await startInstance(
  process.env.VMESS_BENCH_CHUNKS === '16K' ? withSmallChunks(config) : config,
  {
    logger: { debug: quiet, info: quiet, warning: say, error: say, writes: isWritten },
  },
)
process.once('SIGTERM', () => {
  void instance.stop({ graceMs: 0 }).then(() => process.exit(0))
})

function withSmallChunks(config: Config): Config {
  const limit = (server: VmessServerConfig): VmessServerConfig => ({
    ...server,
    users: server.users.map((user) => ({ ...user, largeChunks: false })),
  })
  const outbounds = config.outbounds.map((outbound): OutboundConfig => {
    if (outbound.protocol !== 'vmess') return outbound
    return { ...outbound, settings: { servers: outbound.settings.servers.map(limit) } }
  })
  return { ...config, outbounds }
}
