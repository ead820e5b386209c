/** The suites were seen to fail: each breach of a promise is found by a check. */
import { describe, expect, it } from 'vitest'
import type { Connection, ConnectionHandler, Lender } from '../../../src/contracts/connection.js'
import { Fault } from '../../../src/faults/fault.js'
import {
  connectionContract,
  type ContractCheck,
  makeFakeClock,
  makeFakeTicker,
  makeMemoryTransport,
  makePair,
  makeSeededRandom,
  transportContract,
} from '../../../src/testing.js'

/** A connection that hands everything on; a breach overrides one method. */
class Wrapper implements Connection {
  readonly inner: Connection

  constructor(inner: Connection) {
    this.inner = inner
  }

  get local() {
    return this.inner.local
  }

  get remote() {
    return this.inner.remote
  }

  get unsent(): number {
    return this.inner.unsent
  }

  start(handler: ConnectionHandler): void {
    this.inner.start(handler)
  }

  pause(): void {
    this.inner.pause()
  }

  resume(): void {
    this.inner.resume()
  }

  unread(bytes: Uint8Array): void {
    this.inner.unread(bytes)
  }

  write(bytes: Uint8Array, lender?: Lender): boolean {
    return this.inner.write(bytes, lender)
  }

  end(): void {
    this.inner.end()
  }

  abort(cause?: Fault): void {
    this.inner.abort(cause)
  }

  reset(cause?: Fault): void {
    this.inner.reset(cause)
  }
}

const BREACHES: Readonly<Record<string, { broken: new (inner: Connection) => Connection; found: string }>> = {
  'bytes are kept without asking their lender': {
    broken: class extends Wrapper {
      override write(bytes: Uint8Array): boolean {
        return this.inner.write(bytes)
      }
    },
    found: 'never writes from lent memory after the call',
  },
  'a long write loses its end': {
    broken: class extends Wrapper {
      override write(bytes: Uint8Array, lender?: Lender): boolean {
        return this.inner.write(bytes.subarray(0, 1_000_000), lender)
      }
    },
    found: 'carries one huge write',
  },
  'the end closes both directions': {
    broken: class extends Wrapper {
      override end(): void {
        this.inner.end()
        queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => this.inner.abort())))
      }
    },
    found: 'answers after the peer has ended',
  },
  'a full buffer is not told': {
    broken: class extends Wrapper {
      override write(bytes: Uint8Array, lender?: Lender): boolean {
        this.inner.write(bytes, lender)
        return true
      }
    },
    found: 'asks to stop and says when to go on',
  },
  'pausing does nothing': {
    broken: class extends Wrapper {
      override pause(): void {
        this.inner.resume()
      }
    },
    found: 'delivers nothing while paused',
  },
  'other bytes are put back': {
    broken: class extends Wrapper {
      override unread(bytes: Uint8Array): void {
        this.inner.unread(new Uint8Array(bytes.length))
      }
    },
    found: 'puts bytes back in front',
  },
  'the close is told twice': {
    broken: class extends Wrapper {
      override start(handler: ConnectionHandler): void {
        this.inner.start({
          onData: (bytes, lender) => handler.onData(bytes, lender),
          onEnd: () => handler.onEnd(),
          onDrain: () => handler.onDrain(),
          onClose: (fault) => {
            handler.onClose(fault)
            handler.onClose(fault)
          },
        })
      }
    },
    found: 'closes once, with the cause that was given first',
  },
  'the cause is forgotten': {
    broken: class extends Wrapper {
      override abort(): void {
        this.inner.abort()
      }
    },
    found: 'closes once, with the cause that was given first',
  },
}

function checkNamed(checks: readonly ContractCheck[], name: string): ContractCheck {
  const check = checks.find((candidate) => candidate.name === name)
  if (check === undefined) throw new Error(`there is no check "${name}"`)
  return check
}

describe('the connection suite notices when', () => {
  it.each(Object.entries(BREACHES))('%s', async (_, { broken, found }) => {
    const checks = connectionContract(() => {
      const [near, far] = makePair()
      return Promise.resolve({ near: new broken(near), far: new broken(far) })
    })
    await expect(checkNamed(checks, found).check()).rejects.toThrow()
  })

  it('something is still open afterwards', async () => {
    const checks = connectionContract(() => {
      const [near, far] = makePair()
      return Promise.resolve({ near, far, release: () => Promise.reject(new Error('a timer is left')) })
    })
    await expect(checkNamed(checks, 'carries one huge write').check()).rejects.toThrow('a timer is left')
  })
})

describe('the transport suite notices when', () => {
  const place = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
  const nowhere = { ...place, port: 9 }

  it.each([
    ['a refusal has no fault of its own', 'refuses where nothing listens'],
    ['giving up has no fault of its own', 'gives up when told to'],
  ])('%s', async (_, found) => {
    const checks = transportContract(() => {
      const memory = makeMemoryTransport()
      const transport = {
        name: 'vague',
        listen: memory.listen.bind(memory),
        connect: (...given: Parameters<typeof memory.connect>) =>
          memory.connect(...given).catch(() => Promise.reject(new Fault('INTERNAL_INVARIANT'))),
      }
      return Promise.resolve({ transport, place, nowhere })
    })
    await expect(checkNamed(checks, found).check()).rejects.toThrow('INTERNAL_INVARIANT')
  })

  it('bytes are not counted', async () => {
    const checks = transportContract(() => {
      const memory = makeMemoryTransport()
      const transport = {
        name: 'silent',
        listen: memory.listen.bind(memory),
        connect: (...[address, { signal }]: Parameters<typeof memory.connect>) =>
          memory.connect(address, { signal }),
      }
      return Promise.resolve({ transport, place, nowhere })
    })
    await expect(checkNamed(checks, 'counts what passes, on both sides').check()).rejects.toThrow('counted')
  })
})

describe('fakes', () => {
  it('a clock stands where it is put', () => {
    const clock = makeFakeClock(1_000)
    clock.advance(5)
    const before = clock()
    clock.set(7)
    expect([before, clock()]).toEqual([1_005, 7])
  })

  it('a ticker ticks in order of time, and not after it was stopped', () => {
    const time = makeFakeTicker()
    const ticks: string[] = []
    const stop = time.ticker(300, () => ticks.push('a'))
    time.ticker(500, () => {
      ticks.push('b')
      stop()
    })
    time.advance(1_000)
    expect(ticks).toEqual(['a', 'b', 'b'])
    expect(time.running).toBe(1)
  })

  it('dice give the same bytes for the same seed, and others for another', () => {
    const bytes = [1, 1, 2].map((seed) => Buffer.from(makeSeededRandom(seed)(32)).toString('hex'))
    expect(bytes[0]).toBe(bytes[1])
    expect(bytes[0]).not.toBe(bytes[2])
    const random = makeSeededRandom(1)
    expect(random(16)).not.toEqual(random(16))
  })
})
