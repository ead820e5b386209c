/** Outbounds and facts for tests of the engine that need no protocol. */
import { makeDestination } from '../../src/address/destination.js'
import { DEFAULT_POLICY } from '../../src/config/policy.js'
import type { Connection } from '../../src/contracts/connection.js'
import type { PacketConnection } from '../../src/contracts/datagram.js'
import type { Flow, FlowFacts } from '../../src/contracts/flow.js'
import type { LogFields, Logger } from '../../src/contracts/logger.js'
import type { Outbound } from '../../src/contracts/outbound.js'
import type { FlowEvent } from '../../src/engine/flow-report.js'
import { FlowReport } from '../../src/engine/flow-report.js'
import { LiveFlows } from '../../src/engine/live-flows.js'
import { Meters } from '../../src/engine/meter.js'
import { Beat } from '../../src/engine/timeouts.js'
import { makeFakeClock, makeFakeTicker, makePacketPair, makePair } from '../../src/testing.js'

export const FACTS: FlowFacts = {
  network: 'tcp',
  destination: makeDestination('example.com', 443),
  inboundTag: 'in',
  inboundProtocol: 'fake',
  source: { address: '10.0.0.1', port: 1234 },
  email: 'a@b',
  level: 0,
}

export interface FakeOutbound extends Outbound {
  readonly flows: Flow[]
  /** The far ends of what was opened, in order. */
  readonly targets: Connection[]
  readonly packetTargets: PacketConnection[]
  closes: number
}

export interface FakeOutboundOptions {
  readonly tag?: string
  /** Awaited before the outbound answers; reject to fail. */
  readonly before?: (signal: AbortSignal) => Promise<void>
}

export function makeFakeOutbound({ tag = 'out', before }: FakeOutboundOptions = {}): FakeOutbound {
  const outbound: FakeOutbound = {
    tag,
    protocol: 'fake',
    flows: [],
    targets: [],
    packetTargets: [],
    closes: 0,
    connect: async (flow, signal) => {
      outbound.flows.push(flow)
      await before?.(signal)
      const [near, far] = makePair()
      outbound.targets.push(far)
      return near
    },
    associate: async (flow, signal) => {
      outbound.flows.push(flow)
      await before?.(signal)
      const [near, far] = makePacketPair()
      outbound.packetTargets.push(far)
      return near
    },
    close: () => {
      outbound.closes++
      return Promise.resolve()
    },
  }
  return outbound
}

/** Never answers, and gives up when told to. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error)
    })
  })
}

export function makeNotingLogger() {
  const lines: { level: string; message: string; fields: LogFields }[] = []
  const note =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields })
    }
  const logger: Logger = {
    debug: note('debug'),
    info: note('info'),
    warning: note('warning'),
    error: note('error'),
  }
  return { logger, lines }
}

/** What the flows of an instance share, with everything visible. */
export function makeFlowEnvironment() {
  const time = makeFakeTicker()
  const clock = makeFakeClock()
  const { logger, lines } = makeNotingLogger()
  const events: FlowEvent[] = []
  const live = new LiveFlows()
  const stats = {
    enabled: true,
    inboundUplink: true,
    inboundDownlink: true,
    outboundUplink: true,
    outboundDownlink: true,
  }
  const levels = new Map([[0, { policy: DEFAULT_POLICY, countUplink: true, countDownlink: true }]])
  const meters = new Meters({ stats, levels })
  const report = new FlowReport(logger, (event) => events.push(event))
  const environment = {
    policy: () => DEFAULT_POLICY,
    meters,
    live,
    beat: new Beat(time.ticker),
    report,
    clock,
  }
  return { environment, time, clock, lines, events, live, meters }
}
