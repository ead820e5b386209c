/** One hop of ours as a process: `hop CONFIG.json`, V2Ray JSON, run until a signal. */
import { readFileSync } from 'node:fs'
import { parseConfig, startInstance } from '../src/index.js'

const file = process.argv[2]
if (file === undefined) throw new Error('usage: hop CONFIG.json')

const say = (message: string, fields?: object) => process.stderr.write(`${message} ${JSON.stringify(fields ?? {})}\n`)
const quiet = () => {}
const { config } = parseConfig(readFileSync(file, 'utf8'), { file })
const instance = await startInstance(config, {
  logger: { debug: quiet, info: quiet, warning: say, error: say },
})
process.once('SIGTERM', () => {
  void instance.stop({ graceMs: 0 }).then(() => process.exit(0))
})
