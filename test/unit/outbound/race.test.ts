import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Connection } from '../../../src/contracts/connection.js'
import { Fault } from '../../../src/faults/fault.js'
import { interleave, race } from '../../../src/outbound/race.js'
import { makePair } from '../../../src/testing.js'

interface Attempt {
  readonly address: string
  readonly signal: AbortSignal
  readonly succeed: (connection: Connection) => void
  readonly fail: (code: 'DIAL_REFUSED' | 'DIAL_UNREACHABLE') => void
}

function startRace(addresses: readonly string[], signal = new AbortController().signal) {
  const attempts: Attempt[] = []
  const result = race({
    addresses,
    signal,
    connect: (address, given) =>
      new Promise((resolve, reject) => {
        given.addEventListener('abort', () => reject(given.reason as Error))
        const fail: Attempt['fail'] = (code) => reject(new Fault(code))
        attempts.push({ address, signal: given, succeed: resolve, fail })
      }),
  })
  const settled = result.then(
    (connection) => ({ connection }),
    (fault: Fault) => ({ code: fault.code }),
  )
  return { attempts, settled }
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe('interleave', () => {
  it.each([
    [
      ['::1', '::2', '1.1.1.1', '2.2.2.2'],
      ['::1', '1.1.1.1', '::2', '2.2.2.2'],
    ],
    [
      ['1.1.1.1', '2.2.2.2', '3.3.3.3', '::1'],
      ['1.1.1.1', '::1', '2.2.2.2', '3.3.3.3'],
    ],
    [['::1'], ['::1']],
  ])('%j', (addresses, expected) => {
    expect(interleave(addresses)).toEqual(expected)
  })
})

describe('a race', () => {
  it('tries the next address after 250 ms, and ends the loser', async () => {
    const { attempts, settled } = startRace(['::1', '1.1.1.1'])
    await vi.advanceTimersByTimeAsync(249)
    expect(attempts).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(attempts.map(({ address }) => address)).toEqual(['::1', '1.1.1.1'])
    const [connection] = makePair()
    attempts[1]?.succeed(connection)
    expect(await settled).toEqual({ connection })
    expect(attempts[0]?.signal.aborted).toBe(true)
  })

  it('tries the next address at once when one fails', async () => {
    const { attempts, settled } = startRace(['::1', '1.1.1.1'])
    attempts[0]?.fail('DIAL_UNREACHABLE')
    await vi.advanceTimersByTimeAsync(0)
    expect(attempts).toHaveLength(2)
    const [connection] = makePair()
    attempts[1]?.succeed(connection)
    expect(await settled).toEqual({ connection })
  })

  it('fails with what says most, once all have failed', async () => {
    const { attempts, settled } = startRace(['1.1.1.1', '::1'])
    attempts[0]?.fail('DIAL_REFUSED')
    await vi.advanceTimersByTimeAsync(0)
    attempts[1]?.fail('DIAL_UNREACHABLE')
    expect(await settled).toEqual({ code: 'DIAL_REFUSED' })
  })

  it('is called off by its signal', async () => {
    const controller = new AbortController()
    const { attempts, settled } = startRace(['1.1.1.1', '::1', '::2'], controller.signal)
    await vi.advanceTimersByTimeAsync(250)
    controller.abort(new Fault('DIAL_TIMEOUT'))
    expect(await settled).toEqual({ code: 'DIAL_TIMEOUT' })
    expect(attempts).toHaveLength(2)
  })

  it('closes a connection that came too late', async () => {
    const { attempts, settled } = startRace(['1.1.1.1', '::1'])
    await vi.advanceTimersByTimeAsync(250)
    const [near] = makePair()
    const [late, lateFar] = makePair()
    attempts[0]?.succeed(near)
    attempts[1]?.succeed(late)
    await settled
    const closed = new Promise<Fault | undefined>((resolve) => {
      lateFar.start({ onData: () => {}, onEnd: () => {}, onDrain: () => {}, onClose: resolve })
    })
    expect((await closed)?.code).toBe('TRANSPORT_RESET')
  })
})
