import type { Config } from '../config/config.js'
import type { FlowFacts } from '../contracts/flow.js'

/** The tag of the outbound that a flow takes, or undefined when there is none. Pure: same facts, same tag. */
export type Route = (facts: FlowFacts) => string | undefined

/** Routes of a configuration: the first outbound is the default (config §4). */
export function makeRoute(config: Pick<Config, 'outbounds'>): Route {
  const fallback = config.outbounds[0]?.tag
  return () => fallback
}
