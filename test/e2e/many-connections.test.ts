import { afterAll, beforeAll, expect, it } from 'vitest'
import { startPair, type TestPair } from './pair.js'
import { openTransfer, startVerifyingTarget, type VerifyingTarget } from './verified-transfer.js'

const CONNECTIONS = 500
const TOTAL_BYTES = 2 * 1024 ** 3
const BYTES_EACH_WAY = Math.ceil(TOTAL_BYTES / CONNECTIONS / 2)
/** A flow is counted by the client instance and by the server instance. */
const INSTANCES = 2

let target: VerifyingTarget
let pair: TestPair

beforeAll(async () => {
  target = await startVerifyingTarget(BYTES_EACH_WAY)
  pair = await startPair(target.port)
})

afterAll(async () => {
  if (pair.process.alive) await pair.process.stop()
  await target.close()
})

it('500 connections at once carry 2 GiB unchanged and leave nothing behind', {
  timeout: 240_000,
}, async () => {
  const names = Array.from({ length: CONNECTIONS }, (_, i) => String(i).padStart(8, '0'))
  const transfers = await Promise.all(names.map((name) => openTransfer(pair.port, name, BYTES_EACH_WAY)))
  expect((await pair.process.report()).connections).toBe(INSTANCES * CONNECTIONS)

  await Promise.all(transfers.map((transfer) => transfer.run()))
  await pair.process.until('all flows are over', 10_000, ({ connections }) => connections === 0)

  const { before, open } = await pair.process.stop()
  expect([...open].sort()).toEqual([...before].sort())
})
