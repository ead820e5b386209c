/** What every connection promises, whatever carries it. */
import type { Connection, ConnectionHandler } from '../contracts/connection.js'
import { Fault } from '../faults/fault.js'
import { assertBytes, assertSame, assertThat, patternBytes, type ContractCheck } from './contract.js'
import { Recorder } from './recorder.js'

/** Two connections, fresh and paused, each the far end of the other. */
export interface ConnectedPair {
  readonly near: Connection
  readonly far: Connection
  /** Called after each check; throws or rejects when something of the pair is still open. */
  release?(): Promise<void> | void
}

export type MakePair = () => Promise<ConnectedPair>

const HUGE = 8 * 1024 * 1024
const SMALL_WRITES = 10_000
/** More than any layer is expected to hold before it says stop. */
const MOST_WITHOUT_STOP = 64 * 1024 * 1024

/** Enough for what takes several steps, each through the system. */
const MANY_TURNS = 200

type Check = (pair: ConnectedPair) => Promise<void>

const CHECKS: Readonly<Record<string, Check>> = {
  'delivers in order, both ways at once': async ({ near, far }) => {
    const [a, b] = record(near, far)
    for (const part of [10, 1_000, 1, 70_000]) {
      near.write(patternBytes(part, part))
      far.write(patternBytes(part, part + 1))
    }
    await Promise.all([a.untilReceived(71_011), b.untilReceived(71_011)])
    assertBytes(b.bytes(), joined([10, 1_000, 1, 70_000], 0), 'what the far end read')
    assertBytes(a.bytes(), joined([10, 1_000, 1, 70_000], 1), 'what the near end read')
    await endBoth(a, b)
  },
  'carries ten thousand small writes': async ({ near, far }) => {
    const [a, b] = record(near, far)
    const all = patternBytes(SMALL_WRITES * 3)
    for (let at = 0; at < all.length; at += 3) near.write(all.slice(at, at + 3))
    near.end()
    await b.untilEnd()
    assertBytes(b.bytes(), all, 'what the far end read')
    await endBoth(a, b)
  },
  'carries one huge write': async ({ near, far }) => {
    const [a, b] = record(near, far)
    const all = patternBytes(HUGE)
    near.write(all.slice())
    near.end()
    await b.untilEnd()
    assertBytes(b.bytes(), all, 'what the far end read')
    await endBoth(a, b)
  },
  'never writes from lent memory after the call': async ({ near, far }) => {
    const [a, b] = record(near, far)
    const scratch = new Uint8Array(5_000)
    for (let i = 0; i < 20; i++) {
      scratch.set(patternBytes(scratch.length, i * scratch.length))
      near.write(scratch, { keep: (bytes) => new Uint8Array(bytes) })
    }
    scratch.fill(0xee)
    near.end()
    await b.untilEnd()
    assertBytes(b.bytes(), patternBytes(100_000), 'what the far end read')
    await endBoth(a, b)
  },
  'answers after the peer has ended': async ({ near, far }) => {
    const a = new Recorder(near)
    const b = new Recorder(far, { endOnEnd: false })
    near.write(patternBytes(100))
    near.end()
    await b.untilEnd()
    assertSame(b.received, 100, 'the bytes before the end')
    far.write(patternBytes(50_000))
    await a.untilReceived(50_000)
    assertSame(a.ends, 0, 'ends of the side that still writes')
    far.end()
    await endBoth(a, b)
  },
  'ends either side first': async ({ near, far }) => {
    const a = new Recorder(near, { endOnEnd: false })
    const b = new Recorder(far)
    far.end()
    await a.untilEnd()
    near.write(patternBytes(3_000))
    await b.untilReceived(3_000)
    near.end()
    await endBoth(a, b)
  },
  'tells the end once, after the data': async ({ near, far }) => {
    const [a, b] = record(near, far)
    near.write(patternBytes(200_000))
    near.end()
    near.end()
    await b.untilEnd()
    assertSame(b.received, 200_000, 'the bytes at the end')
    await endBoth(a, b)
    assertSame(b.ends, 1, 'ends told')
  },
  'asks to stop and says when to go on': async ({ near, far }) => {
    const a = new Recorder(near)
    let sent = 0
    let room = true
    while (room && sent < MOST_WITHOUT_STOP) {
      room = near.write(patternBytes(65_536, sent))
      sent += 65_536
    }
    assertThat(!room, 'a write answers false while nobody reads')
    assertThat(near.unsent > 0, 'bytes that wait are told in unsent')
    const b = new Recorder(far)
    await a.until('there was room again', () => a.drains > 0)
    near.end()
    await b.untilEnd()
    assertBytes(b.bytes(), patternBytes(sent), 'what the far end read')
    await endBoth(a, b)
    assertSame(near.unsent, 0, 'unsent after all was delivered')
  },
  'delivers nothing while paused': async ({ near, far }) => {
    const [a, b] = record(near, far)
    b.onEvent = () => {
      far.pause()
    }
    near.write(patternBytes(1_000))
    await b.untilReceived(1_000)
    near.write(patternBytes(500, 1_000))
    near.end()
    await settled()
    assertSame(b.received, 1_000, 'the bytes that came before and while it was paused')
    assertSame(b.ends, 0, 'ends told while paused')
    b.onEvent = undefined
    far.resume()
    await b.untilEnd()
    assertBytes(b.bytes(), patternBytes(1_500), 'what came in all')
    await endBoth(a, b)
  },
  'puts bytes back in front': async ({ near, far }) => {
    const a = new Recorder(near)
    far.unread(patternBytes(10, 0))
    near.write(patternBytes(90, 10))
    const b = new Recorder(far)
    await b.untilReceived(100)
    far.pause()
    far.unread(patternBytes(5, 200))
    far.unread(patternBytes(5, 100))
    far.resume()
    await b.untilReceived(110)
    assertBytes(b.bytes().slice(0, 105), patternBytes(105), 'what the far end read')
    assertBytes(b.bytes().slice(105), patternBytes(5, 200), 'what was put back first')
    await endBoth(a, b)
  },
  'is handed over to another handler': async ({ near, far }) => {
    const a = new Recorder(near)
    for (let at = 0; at < 1_000; at += 100) near.write(patternBytes(100, at))
    const first = new Uint8Array(10)
    const b = await new Promise<Recorder>((resolve) => {
      far.start(headReader(far, first, resolve))
    })
    await b.untilReceived(990)
    assertBytes(first, patternBytes(10), 'what the first handler read')
    assertBytes(b.bytes(), patternBytes(990, 10), 'what the second handler read')
    await endBoth(a, b)
  },
  'closes once, with the cause that was given first': async ({ near, far }) => {
    const [a, b] = record(near, far)
    const cause = new Fault('RELAY_STOPPED')
    near.abort(cause)
    near.abort(new Fault('RELAY_IDLE'))
    near.end()
    await Promise.all([a.untilClosed(), b.untilClosed()])
    await settled()
    assertSame(a.fault, cause, 'the cause told')
    assertSame(a.closes, 1, 'closes told to the side that aborted')
    assertSame(b.closes, 1, 'closes told to its peer')
  },
  'is reset, which nobody takes for an end': async ({ near, far }) => {
    const [a, b] = record(near, far)
    near.write(patternBytes(1_000))
    await b.untilReceived(1_000)
    const cause = new Fault('RELAY_STOPPED')
    near.reset(cause)
    near.reset(new Fault('RELAY_IDLE'))
    await Promise.all([a.untilClosed(), b.untilClosed()])
    await settled()
    assertSame(a.fault, cause, 'the cause told')
    assertSame(b.ends, 0, 'ends told to the peer')
    assertThat(b.fault !== undefined, 'the peer is told of a fault')
  },
  'is reset right behind its last bytes': async ({ near, far }) => {
    const [a, b] = record(near, far)
    near.write(patternBytes(1_000))
    near.reset(new Fault('RELAY_STOPPED'))
    await Promise.all([a.untilClosed(), b.untilClosed()])
    assertSame(b.ends, 0, 'ends told to the peer')
    assertThat(b.fault !== undefined, 'the peer is told of a fault')
  },
  'is reset although the peer has ended': async ({ near, far }) => {
    const a = new Recorder(near, { endOnEnd: false })
    const b = new Recorder(far)
    far.end()
    await a.untilEnd()
    near.write(patternBytes(1_000))
    near.reset(new Fault('RELAY_STOPPED'))
    await Promise.all([a.untilClosed(), b.untilClosed()])
    assertSame(b.ends, 0, 'ends told to the peer')
    assertThat(b.fault !== undefined, 'the peer is told of a fault')
  },
  'loses nothing to a reset after its own end': async ({ near, far }) => {
    const [a, b] = record(near, far)
    near.write(patternBytes(100_000))
    near.end()
    await b.untilEnd()
    near.reset(new Fault('RELAY_HALF_OPEN'))
    await Promise.all([a.untilClosed(), b.untilClosed()])
    assertBytes(b.bytes(), patternBytes(100_000), 'what the far end read')
    assertSame(b.ends, 1, 'ends told')
  },
  'closes without a fault after both ends': async ({ near, far }) => {
    const [a, b] = record(near, far)
    near.end()
    await endBoth(a, b)
    near.abort(new Fault('RELAY_STOPPED'))
    await settled()
    assertSame(a.closes, 1, 'closes told')
    assertSame(a.fault, undefined, 'the fault told')
  },
  'closes for an abort while paused, though both sides have ended': async ({ near, far }) => {
    const [a, b] = record(near, far)
    near.pause()
    near.end()
    await b.untilEnd()
    await settled(MANY_TURNS)
    near.abort(new Fault('RELAY_STOPPED'))
    await a.untilClosed()
    await settled()
    assertSame(a.closes, 1, 'closes told')
  },
  'takes writes after the end without harm': async ({ near, far }) => {
    const [a, b] = record(near, far)
    near.write(patternBytes(10))
    near.end()
    assertThat(near.write(patternBytes(10)), 'a write after the end asks for nothing')
    await endBoth(a, b)
    near.write(patternBytes(10))
    near.pause()
    near.resume()
    assertSame(b.received, 10, 'the bytes that came')
  },
  'tells a late handler that it is closed': async ({ near, far }) => {
    const b = new Recorder(far)
    near.abort(new Fault('RELAY_STOPPED'))
    await b.untilClosed()
    const a = new Recorder(near)
    await a.untilClosed()
    assertSame(a.fault?.code, 'RELAY_STOPPED', 'the cause told late')
  },
}

/** Checks for a connection of any kind; `makePair` is called for each. */
export function connectionContract(makePair: MakePair): readonly ContractCheck[] {
  return Object.entries(CHECKS).map(([name, check]) => ({
    name,
    check: async () => {
      const pair = await makePair()
      try {
        await check(pair)
      } finally {
        pair.near.abort()
        pair.far.abort()
      }
      await pair.release?.()
    },
  }))
}

function record(near: Connection, far: Connection): readonly [Recorder, Recorder] {
  return [new Recorder(near), new Recorder(far)]
}

async function endBoth(a: Recorder, b: Recorder): Promise<void> {
  a.connection.end()
  b.connection.end()
  await Promise.all([a.untilClosed(), b.untilClosed()])
  assertSame(a.fault, undefined, 'the fault at the near end')
  assertSame(b.fault, undefined, 'the fault at the far end')
}

function joined(parts: readonly number[], shift: number): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...patternBytes(part, part + shift)]))
}

/** Reads `head`, puts the rest back and hands over. */
function headReader(
  connection: Connection,
  head: Uint8Array,
  done: (next: Recorder) => void,
): ConnectionHandler {
  return {
    onData: (bytes, lender) => {
      connection.pause()
      head.set(bytes.subarray(0, head.length))
      connection.unread(lender.keep(bytes.subarray(head.length)))
      done(new Recorder(connection))
    },
    onEnd: () => undefined,
    onDrain: () => undefined,
    onClose: () => undefined,
  }
}

/** Long enough for anything that is on its way inside this process. */
async function settled(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}
