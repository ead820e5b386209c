/** What all operations that keep running give back. */
import type { Endpoint } from '../contracts/connection.js'
import type { Logger } from '../contracts/logger.js'
import type { FlowListener } from '../engine/flow-report.js'
import type { Instance, RunningListener } from '../engine/instance.js'

export type { FlowListener } from '../engine/flow-report.js'
export type { RunningListener } from '../engine/instance.js'
export type { Snapshot } from '../engine/live-flows.js'

/** An engine that runs: what to look at, and how to end it. */
export type Running = Pick<Instance, 'listeners' | 'connections' | 'counters' | 'snapshot' | 'stop'>

/** The part of an instance that whoever started it through an operation needs. */
export function viewOf(instance: Instance): Running {
  return {
    listeners: instance.listeners,
    counters: () => instance.counters(),
    snapshot: () => instance.snapshot(),
    stop: (options) => instance.stop(options),
    get connections() {
      return instance.connections
    },
  }
}

export interface RunOptions {
  /** Where the engine says what happened; nowhere unless given. */
  readonly logger?: Logger
  /** Told of every flow; must not throw. */
  readonly onFlow?: FlowListener
}

const nowhere = (): void => {
  // Whoever starts an instance without a logger wants silence.
}

export const SILENT: Logger = { debug: nowhere, info: nowhere, warning: nowhere, error: nowhere }

/** Where somebody on this machine reaches a listener: one on all interfaces is reached by loopback. */
export function reachable({ endpoint }: RunningListener): Endpoint {
  const { address, port } = endpoint
  if (address === '0.0.0.0') return { address: '127.0.0.1', port }
  return address === '::' ? { address: '::1', port } : { address, port }
}
