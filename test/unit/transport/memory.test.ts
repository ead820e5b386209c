import { describe, expect, it } from 'vitest'
import { makeMemoryTransport, makePair, Recorder } from '../../../src/testing.js'

const NEVER = new AbortController().signal
const AT_80 = { kind: 'tcp', host: '127.0.0.1', port: 80 } as const

describe('a pair in memory', () => {
  it('passes on the very bytes it was given, and parts with them', async () => {
    const [near, far] = makePair()
    const bytes = Uint8Array.of(1, 2, 3)
    const kept = new Promise((resolve) => {
      far.start({
        onData: (given, lender) => resolve([given, lender.keep(given)]),
        onEnd: () => undefined,
        onDrain: () => undefined,
        onClose: () => undefined,
      })
    })
    near.write(bytes)
    const [given, own] = (await kept) as [Uint8Array, Uint8Array]
    expect(given).toBe(bytes)
    expect(own).toBe(bytes)
  })

  it('refuses bytes put back while it is not paused', () => {
    const [near] = makePair()
    new Recorder(near)
    expect(() => near.unread(Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: 'INTERNAL_INVARIANT' }),
    )
  })

  it('loses on abort what was not read', async () => {
    const [near, far] = makePair()
    near.write(new Uint8Array(100))
    expect(near.unsent).toBe(100)
    near.abort()
    const reader = new Recorder(far)
    await reader.untilClosed()
    expect([reader.received, reader.fault?.code, near.unsent]).toEqual([0, 'TRANSPORT_RESET', 0])
  })

  it('asks to stop at its mark', () => {
    const [near] = makePair({ highWaterMark: 100 })
    expect([near.write(new Uint8Array(99)), near.write(new Uint8Array(1))]).toEqual([true, false])
  })

  it('has the names it was given', () => {
    const [near, far] = makePair({ near: { address: 'a', port: 1 }, far: { address: 'b', port: 2 } })
    expect([near.local, near.remote]).toEqual([far.remote, far.local])
    expect(near.remote).toEqual({ address: 'b', port: 2 })
  })
})

describe('a network in memory', () => {
  it('is reached through the same object only', async () => {
    const one = makeMemoryTransport({ name: 'one' })
    const other = makeMemoryTransport({ name: 'other' })
    await one.listen(AT_80, { onConnection: () => undefined })
    await expect(other.connect(AT_80, { signal: NEVER })).rejects.toMatchObject({
      code: 'DIAL_REFUSED',
      why: 'nothing listens on 127.0.0.1:80 of the network other',
    })
  })

  it('lets one who listens on all addresses be reached by any', async () => {
    const network = makeMemoryTransport()
    const accepted: unknown[] = []
    await network.listen({ ...AT_80, host: '0.0.0.0' }, { onConnection: (given) => accepted.push(given) })
    await network.connect({ ...AT_80, host: 'example.com' }, { signal: NEVER })
    expect(accepted.length).toBe(1)
  })

  it('frees a place when its listener closes, but only its own', async () => {
    const network = makeMemoryTransport()
    const first = await network.listen(AT_80, { onConnection: () => undefined })
    await first.close()
    await network.listen(AT_80, { onConnection: () => undefined })
    await first.close()
    await expect(network.listen(AT_80, { onConnection: () => undefined })).rejects.toMatchObject({
      code: 'TRANSPORT_LISTEN',
    })
  })
})
