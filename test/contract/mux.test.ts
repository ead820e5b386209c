/** A stream of a mux keeps the promises of any connection, alone and beside others. */
import { describe, it } from 'vitest'
import { makeDestination } from '../../src/address/destination.js'
import type { Connection } from '../../src/contracts/connection.js'
import { connectionContract, makePair, Recorder } from '../../src/testing.js'
import { MuxClient } from '../../src/tunnel/mux-client.js'
import { MuxServer } from '../../src/tunnel/mux-server.js'
import { makeTcpPair } from '../support/tcp-pair.js'

const TARGET = makeDestination('example.com', 443)

/** A stream of a carrier over `inner`, opened and seen from both sides. */
async function openStream(inner: readonly [Connection, Connection], neighbours: number) {
  const [near, far] = inner
  const accepted: Connection[] = []
  let told = (): void => undefined
  const client = new MuxClient(near, {
    firstId: 1,
    onIdle: () => undefined,
    onClose: () => undefined,
  })
  new MuxServer(far, {
    onStream: (stream) => {
      accepted.push(stream)
      told()
    },
    onPackets: (packets) => packets.close(),
    onSessionEnd: ignore,
    onClose: () => undefined,
  })
  for (let i = 0; i < neighbours; i++) {
    const neighbour = new Recorder(client.openStream(TARGET))
    neighbour.connection.write(Uint8Array.of(i))
  }
  const stream = client.openStream(TARGET)
  // Opens it without data, as the grace period would.
  stream.start({ onData: ignore, onEnd: ignore, onDrain: ignore, onClose: ignore })
  await new Promise<void>((resolve) => {
    told = () => {
      if (accepted.length > neighbours) resolve()
    }
    told()
  })
  stream.pause()
  // The side that nobody has started yet is the near one, since that may learn late of its close.
  return { near: accepted.at(-1) as Connection, far: stream }
}

const ignore = (): void => undefined

describe.each([
  ['alone', 0],
  ['beside three others', 3],
])('a mux stream %s', (_, neighbours) => {
  describe('over memory', () => {
    const checks = connectionContract(() => openStream(makePair(), neighbours))
    for (const { name, check } of checks) it(name, check)
  })

  describe('over tcp', () => {
    const checks = connectionContract(async () => {
      const { near, far, release } = await makeTcpPair()
      const pair = await openStream([near, far], neighbours)
      return {
        ...pair,
        release: async () => {
          near.abort()
          far.abort()
          await release()
        },
      }
    })
    for (const { name, check } of checks) it(name, check)
  })
})
