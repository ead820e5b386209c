/** What is told about a flow: one line when it is taken, one when it is over or was not to be. */
import { formatDestination, formatHostPort } from '../address/destination.js'
import type { Flow } from '../contracts/flow.js'
import type { LogFields, Logger } from '../contracts/logger.js'
import type { Fault } from '../faults/fault.js'
import type { FaultCode } from '../faults/table.js'

interface EventCommon {
  readonly flow: Flow
  /** Empty when the outbound has no tag, or none was found. */
  readonly outboundTag: string
}

export type FlowEvent =
  | (EventCommon & { readonly kind: 'accepted' })
  | (EventCommon & { readonly kind: 'failed'; readonly fault: Fault })
  | (EventCommon & { readonly kind: 'closed' } & FlowSum)

/** Figures of a flow that is over. Bytes are payload; `fault` is absent after an orderly end. */
export interface FlowSum {
  readonly uplinkBytes: number
  readonly downlinkBytes: number
  readonly durationMs: number
  readonly fault?: Fault | undefined
}

/** Ends that every busy proxy sees all day, and that nobody has to act upon. */
const EVERYDAY: ReadonlySet<FaultCode> = new Set([
  'RELAY_IDLE',
  'RELAY_HALF_OPEN',
  'RELAY_STOPPED',
  'TRANSPORT_RESET',
])

/** Called for each event. What it throws is logged, and does the flow no harm. */
export type FlowListener = (event: FlowEvent) => void

/**
 * Writes the log lines `flow accepted`, `flow failed` and `flow closed`, and tells the listener. Never
 * throws, whatever logger and listener do: flows must not end because of what is told about them.
 */
export class FlowReport {
  readonly #logger: Logger
  readonly #listener: FlowListener | undefined

  constructor(logger: Logger, listener?: FlowListener) {
    this.#logger = logger
    this.#listener = listener
  }

  accepted(flow: Flow, outboundTag: string): void {
    if (this.#writesInfo()) this.#log('info', 'flow accepted', fieldsOf(flow, outboundTag))
    this.#tell({ kind: 'accepted', flow, outboundTag })
  }

  failed(flow: Flow, outboundTag: string, fault: Fault): void {
    this.#log('warning', 'flow failed', { ...fieldsOf(flow, outboundTag), ...reasonOf(fault) })
    this.#tell({ kind: 'failed', flow, outboundTag, fault })
  }

  closed(flow: Flow, outboundTag: string, sum: FlowSum): void {
    const { uplinkBytes, downlinkBytes, durationMs, fault } = sum
    const level = fault === undefined || EVERYDAY.has(fault.code) ? 'info' : 'warning'
    if (level === 'warning' || this.#writesInfo()) {
      const figures = { uplinkBytes, downlinkBytes, durationMs }
      this.#log(level, 'flow closed', { ...fieldsOf(flow, outboundTag), ...figures, ...reasonOf(fault) })
    }
    if (this.#listener !== undefined) this.#tell({ kind: 'closed', flow, outboundTag, ...sum })
  }

  /** Most flows end as they should: their lines are not made for a log that leaves them out. */
  #writesInfo(): boolean {
    try {
      return this.#logger.writes?.('info') ?? true
    } catch {
      return true
    }
  }

  #log(level: 'info' | 'warning' | 'error', message: string, fields: LogFields): void {
    try {
      this.#logger[level](message, fields)
    } catch {
      // There is nowhere left to say so.
    }
  }

  #tell(event: FlowEvent): void {
    try {
      this.#listener?.(event)
    } catch (error) {
      this.#log('error', 'flow listener failed', { id: event.flow.id, reason: String(error) })
    }
  }
}

function fieldsOf(flow: Flow, outboundTag: string): LogFields {
  return {
    id: flow.id,
    source: formatHostPort(flow.source.address, flow.source.port),
    destination: `${flow.network}:${formatDestination(flow.destination)}`,
    inbound: flow.inboundTag === '' ? flow.inboundProtocol : flow.inboundTag,
    outbound: outboundTag,
    email: flow.email === '' ? undefined : flow.email,
  }
}

function reasonOf(fault: Fault | undefined): LogFields {
  return fault === undefined ? {} : { code: fault.code, reason: fault.message, hint: fault.hint }
}
