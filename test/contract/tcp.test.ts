import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../src/config/policy.js'
import { Relay } from '../../src/engine/relay.js'
import { Beat } from '../../src/engine/timeouts.js'
import { connectionContract, makeFakeTicker, Recorder, transportContract } from '../../src/testing.js'
import { patternBytes } from '../../src/testing/contract.js'
import { makeTcpTransport } from '../../src/transport/tcp.js'
import { makeTcpPair } from '../support/tcp-pair.js'

const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const

describe.each(['static', 'events'] as const)('tcp read by %s', (reads) => {
  const checks = [
    ...connectionContract(() => makeTcpPair({ reads })),
    ...transportContract(async () => ({
      transport: makeTcpTransport({ reads }),
      place: LOOPBACK,
      nowhere: { ...LOOPBACK, port: await freePort() },
    })),
  ]
  for (const { name, check } of checks) it(name, check)

  it('is relayed with its half-close, in bounded memory', async () => {
    const left = await makeTcpPair({ reads })
    const right = await makeTcpPair({ reads })
    const done = new Promise<Relay>((onDone) => {
      const beat = new Beat(makeFakeTicker().ticker)
      new Relay({ inboundSide: left.far, outboundSide: right.near, policy: DEFAULT_POLICY, beat, onDone })
    })
    const application = new Recorder(left.near)
    const target = new Recorder(right.far, { endOnEnd: false })
    const question = patternBytes(3_000_000)
    application.connection.write(question.slice())
    application.connection.end()
    await target.untilEnd()
    target.connection.write(patternBytes(2_000_000))
    target.connection.end()
    const relay = await done
    await Promise.all([application.untilClosed(), target.untilClosed()])
    expect(Buffer.from(target.bytes()).equals(question)).toBe(true)
    expect(application.received).toBe(2_000_000)
    expect(relay.cause).toBeUndefined()
    await Promise.all([left.release(), right.release()])
  })
})

describe.skipIf(process.platform === 'win32')('tcp on a unix path', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'))
  let count = 0
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  const checks = transportContract(() =>
    Promise.resolve({
      transport: makeTcpTransport(),
      place: { kind: 'unix', path: join(folder, `${count++}.sock`) },
      nowhere: { kind: 'unix', path: join(folder, 'none.sock') },
    }),
  )
  for (const { name, check } of checks) it(name, check)
})

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const listener = await makeTcpTransport().listen(LOOPBACK, { onConnection: () => undefined })
  await listener.close()
  return listener.endpoint.port
}
