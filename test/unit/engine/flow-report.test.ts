import { expect, it } from 'vitest'
import { FlowReport } from '../../../src/engine/flow-report.js'
import { Fault } from '../../../src/faults/fault.js'
import type { FaultCode } from '../../../src/faults/table.js'
import { FACTS, makeNotingLogger } from '../../support/engine-fakes.js'

const SUM = { uplinkBytes: 1, downlinkBytes: 0, durationMs: 2 }

function closedBy(code: FaultCode) {
  const { logger, lines } = makeNotingLogger()
  new FlowReport(logger).closed({ ...FACTS, id: 1 }, 'out', { ...SUM, fault: new Fault(code) })
  return lines[0]
}

it('warns of a server that rejects us, and says what to look at', () => {
  const line = closedBy('VMESS_NO_RESPONSE')
  expect(line).toMatchObject({ level: 'warning', fields: { code: 'VMESS_NO_RESPONSE' } })
  expect(line?.fields?.hint).toBe(new Fault('VMESS_NO_RESPONSE').hint)
  expect(line?.fields?.hint).toMatch(/./)
})

it.each(['RELAY_IDLE', 'RELAY_HALF_OPEN', 'RELAY_STOPPED', 'TRANSPORT_RESET'] as const)(
  'does not warn of an everyday end: %s',
  (code) => {
    expect(closedBy(code)).toMatchObject({ level: 'info', fields: { code } })
  },
)

it('outlives a logger that throws, and still tells the listener', () => {
  const fail = (): never => {
    throw new Error('no space left on device')
  }
  const kinds: string[] = []
  const logger = { debug: fail, info: fail, warning: fail, error: fail }
  const report = new FlowReport(logger, ({ kind }) => kinds.push(kind))
  const flow = { ...FACTS, id: 1 }
  report.accepted(flow, 'out')
  report.failed(flow, 'out', new Fault('DIAL_ABORTED'))
  report.closed(flow, 'out', SUM)
  expect(kinds).toEqual(['accepted', 'failed', 'closed'])
})

it('logs what a listener throws', () => {
  const { logger, lines } = makeNotingLogger()
  const report = new FlowReport(logger, () => {
    throw new Error('not mine')
  })
  report.accepted({ ...FACTS, id: 7 }, 'out')
  expect(lines.map(({ level, message }) => [level, message])).toEqual([
    ['info', 'flow accepted'],
    ['error', 'flow listener failed'],
  ])
  expect(lines[1]?.fields).toEqual({ id: 7, reason: 'Error: not mine' })
})
