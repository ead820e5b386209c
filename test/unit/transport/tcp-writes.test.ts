/** Who owns what while writes are gathered: blocks are shared by all connections, and some are out. */
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Lender } from '../../../src/contracts/connection.js'
import { Recorder } from '../../../src/testing.js'
import { patternBytes } from '../../../src/testing/contract.js'
import { deliver } from '../../../src/transport/delivery.js'
import { BLOCK_BYTES, WriteBlock } from '../../../src/transport/write-block.js'
import { makeTcpPair } from '../../support/tcp-pair.js'

const MODES = ['static', 'events'] as const
const PART = 60_000
/** More than the buffers of a loopback connection hold. */
const PARTS = 300

/** One piece of memory that everything is lent from, and that is overwritten after each call. */
function makeScratch(length: number) {
  const scratch = new Uint8Array(length)
  const copying: Lender = { keep: (bytes) => Uint8Array.from(bytes) }
  return (write: (bytes: Uint8Array, lender: Lender) => unknown, bytes: Uint8Array): void => {
    scratch.set(bytes)
    write(scratch.subarray(0, bytes.length), copying)
    scratch.fill(0xee)
  }
}

const part = (index: number, seed = 0): Uint8Array => patternBytes(PART, index * PART + seed)

function same(recorder: Recorder, bytes: Uint8Array): void {
  expect(recorder.received).toBe(bytes.length)
  expect(Buffer.compare(recorder.bytes(), bytes)).toBe(0)
}

describe.each(MODES)('read by %s', (reads) => {
  it('a slow reader gets what was written, whatever is written elsewhere meanwhile', async () => {
    const slow = await makeTcpPair({ reads })
    const quick = await makeTcpPair({ reads })
    const lend = makeScratch(PART)
    const [a, b, c] = [new Recorder(slow.near), new Recorder(quick.near), new Recorder(quick.far)]
    for (let i = 0; i < PARTS; i++) {
      deliver(() => {
        lend((bytes, lender) => slow.near.write(bytes, lender), part(i))
        lend((bytes, lender) => quick.near.write(bytes, lender), part(i, 7))
      })
      if (i % 5 === 0) await turn()
    }
    expect(slow.near.unsent).toBeGreaterThan(0)
    slow.near.end()
    quick.near.end()
    await c.untilEnd()
    const d = new Recorder(slow.far)
    await d.untilEnd()
    same(d, patternBytes(PART * PARTS))
    same(c, patternBytes(PART * PARTS, 7))
    await Promise.all([a, b, c, d].map((one) => one.untilClosed()))
    await Promise.all([slow.release(), quick.release()])
  })

  it('an abort while memory is out does no other connection any harm', async () => {
    const doomed = await makeTcpPair({ reads })
    const other = await makeTcpPair({ reads })
    const lend = makeScratch(PART)
    const [a, b, c] = [new Recorder(doomed.near), new Recorder(other.near), new Recorder(other.far)]
    const write = (i: number) => (bytes: Uint8Array, lender: Lender) =>
      (i < PARTS / 2 ? doomed : other).near.write(bytes, lender)
    for (let i = 0; i < PARTS; i++) {
      if (i === PARTS / 2) {
        expect(doomed.near.unsent).toBeGreaterThan(0)
        doomed.near.abort()
      }
      deliver(() => {
        lend(write(i), part(i))
      })
      if (i % 7 === 0) await turn()
    }
    other.near.end()
    await c.untilEnd()
    same(c, patternBytes(PART * PARTS).subarray((PART * PARTS) / 2))
    doomed.far.abort()
    await Promise.all([a, b, c].map((one) => one.untilClosed()))
    await Promise.all([doomed.release(), other.release()])
  })

  it('one delivery may write more than a block holds, and end', async () => {
    const { near, far, release } = await makeTcpPair({ reads })
    const lend = makeScratch(3 * BLOCK_BYTES)
    const [a, b] = [new Recorder(near), new Recorder(far)]
    const all = patternBytes(3 * BLOCK_BYTES + BLOCK_BYTES + 1)
    deliver(() => {
      for (const [from, to] of [
        [0, 1],
        [1, BLOCK_BYTES],
        [BLOCK_BYTES, 2 * BLOCK_BYTES],
        [2 * BLOCK_BYTES, all.length],
      ]) {
        lend((bytes, lender) => near.write(bytes, lender), all.subarray(from, to))
      }
      near.end()
    })
    await b.untilEnd()
    same(b, all)
    await Promise.all([a, b].map((one) => one.untilClosed()))
    await release()
  })

  it('what a delivery has written and not sent is told as unsent, and lost by an abort', async () => {
    const { near, far, release } = await makeTcpPair({ reads })
    const [a, b] = [new Recorder(near), new Recorder(far)]
    deliver(() => {
      near.write(patternBytes(10))
      near.write(patternBytes(20))
      expect(near.unsent).toBe(30)
      near.abort()
    })
    await Promise.all([a, b].map((one) => one.untilClosed()))
    expect(b.received).toBe(0)
    await release()
  })
})

describe('a block', () => {
  it('that is out comes back when its last write is answered, and only then', () => {
    const block = WriteBlock.take()
    block.append(patternBytes(10))
    block.content()
    block.giveBack()
    expect(WriteBlock.take()).toBe(block)
    block.append(patternBytes(20))
    expect(block.content()).toEqual(Buffer.from(patternBytes(20)))
    block.lend()
    block.onWritten()
    const another = WriteBlock.take()
    expect(another).not.toBe(block)
    block.onWritten()
    expect(WriteBlock.take()).toBe(block)
    expect([block.filled, block.room]).toEqual([0, BLOCK_BYTES])
  })
})
