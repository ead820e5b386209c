import { expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../src/config/policy.js'
import { makePolicyTable } from '../../../src/engine/policy.js'

it('gives configured levels their policy and the rest the defaults', () => {
  const policy = { ...DEFAULT_POLICY, idleMs: 5 }
  const table = makePolicyTable(new Map([[1, { policy, countUplink: false, countDownlink: false }]]))
  expect([table(1), table(0), table(7)]).toEqual([policy, DEFAULT_POLICY, DEFAULT_POLICY])
})

it('has the defaults of the code of v2ray, not of its manual', () => {
  expect(DEFAULT_POLICY).toEqual({
    handshakeMs: 60_000,
    idleMs: 300_000,
    uplinkOnlyMs: 1_000,
    downlinkOnlyMs: 1_000,
  })
})
