import { DEFAULT_POLICY } from '../config/policy.js'
import type { Config } from '../config/config.js'
import type { PolicyTable } from '../contracts/policy.js'

/** Policies of the configured levels; every other level, 0 included, has the defaults (config §9.1). */
export function makePolicyTable(levels: Config['levels']): PolicyTable {
  return (level) => levels.get(level)?.policy ?? DEFAULT_POLICY
}
