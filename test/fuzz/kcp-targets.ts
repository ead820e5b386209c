/** What anybody may send to an mKCP port: packets, the segments in them, and the session that takes those. */
import { concat } from '../../src/bytes/bytes.js'
import { nodeBackend } from '../../src/crypto/node-backend.js'
import { PacketCodec } from '../../src/kcp/packet-codec.js'
import { makePacketHeader } from '../../src/kcp/packet-header.js'
import { makeProtection } from '../../src/kcp/protection.js'
import type { ReceiveBudget } from '../../src/kcp/receive-window.js'
import { decodeSegments, encodeSegments, SEGMENT_OPTION, type Segment } from '../../src/kcp/segment.js'
import { KcpSession } from '../../src/kcp/session.js'
import { tune } from '../../src/kcp/tuning.js'
import { makeSeededRandom } from '../../src/testing.js'
import { SETTINGS } from '../support/kcp-network.js'
import type { Dice } from './dice.js'
import type { Target } from './harness.js'

const CONVERSATION = 9
const COMMON = { conversation: CONVERSATION, option: 0 }
const CONTROL = { sendingNext: 0, receivingNext: 0, timeout: 100 }
const ACK = { receivingWindow: 128, receivingNext: 1, timestamp: 5, numbers: [1, 2, 3] }

function data(number: number): Segment {
  const payload = new Uint8Array(40).fill(number)
  return { ...COMMON, command: 'data', timestamp: number, number, sendingNext: 0, payload }
}

const PACKETS: readonly (readonly Segment[])[] = [
  [data(0), data(1)],
  [{ ...COMMON, command: 'ack', ...ACK }, data(2)],
  [{ ...COMMON, command: 'ping', ...CONTROL }],
  [{ ...COMMON, command: 'terminate', ...CONTROL }],
  [{ ...COMMON, command: 'terminate', option: SEGMENT_OPTION.half, ...CONTROL }],
  [{ ...COMMON, command: 'ping', option: SEGMENT_OPTION.closing, ...CONTROL }],
]

const segments: Target = {
  name: 'kcp-segments',
  samples: PACKETS.map(encodeSegments),
  run: (input) => decodeSegments(input),
}

function codec(seed: string | undefined, header: 'none' | 'dtls'): PacketCodec {
  const random = makeSeededRandom(3)
  return new PacketCodec(
    makePacketHeader(header, random),
    makeProtection({ seed, random, backend: nodeBackend }),
  )
}

/** Nothing of a packet that is not ours comes through, and none makes it throw. */
function packets(name: string, make: () => PacketCodec): Target {
  const samples = PACKETS.map((packet) => make().encode(packet))
  const known = new Set(samples.map((sample) => Buffer.from(sample).toString('hex')))
  return {
    name,
    samples,
    run(input) {
      const found = make().decode(input)
      if (known.has(Buffer.from(input).toString('hex')) && found.length === 0)
        throw new Error('a good packet')
      return found
    },
  }
}

const BUDGET_BYTES = 64 * 1024
/** Packets of one flush: its data, and acks for a whole window. */
const MOST_PACKETS = 64
const WRITTEN = new Uint8Array(3_000)

/** Packets of a hostile peer to a session that writes and now and then reads, on a clock that leaps. */
const session: Target = {
  name: 'kcp-session',
  samples: [
    ...PACKETS.map(encodeSegments),
    concat(PACKETS.map(encodeSegments)),
    encodeSegments(Array.from({ length: 40 }, (_, i) => data(i))),
  ],
  run(input, dice) {
    const budget: ReceiveBudget = { left: BUDGET_BYTES }
    let packetsSent = 0
    const send = (): void => {
      packetsSent++
    }
    let now = 1_000
    const tested = new KcpSession({
      conversation: CONVERSATION,
      tuning: tune(SETTINGS, 6),
      opens: dice.below(2) === 0,
      now,
      send,
      budget,
    })
    tested.push(WRITTEN)
    for (const packet of cutPackets(input, dice)) {
      now += dice.pick([0, 0, 1, 20, 3_000, 40_000])
      tested.input(decodeSegments(packet), now)
      while (dice.below(2) === 0 && tested.read() !== undefined);
      if (dice.below(16) === 0) tested.end()
      packetsSent = 0
      const delay = tested.flush(now)
      if (!(delay >= 0)) throw new Error(`asks to be called after ${delay} ms`)
      if (packetsSent > MOST_PACKETS) throw new Error(`${packetsSent} packets at once`)
      if (budget.left < 0 || budget.left > BUDGET_BYTES)
        throw new Error(`${budget.left} bytes of budget left`)
      if (tested.unsent > WRITTEN.length) throw new Error(`${tested.unsent} bytes unsent`)
    }
    tested.abort(undefined)
    tested.flush(now)
    if (budget.left !== BUDGET_BYTES)
      throw new Error(`${BUDGET_BYTES - budget.left} bytes were not given back`)
    return tested
  },
}

/** The input as datagrams: whole, or cut at any places. */
function* cutPackets(input: Uint8Array, dice: Dice): Generator<Uint8Array, void> {
  const longest = dice.pick([input.length, 58, 100, 400]) + 1
  for (let at = 0; at < input.length; ) {
    const packet = new Uint8Array(input.subarray(at, at + 1 + dice.below(longest)))
    yield packet
    at += packet.length
  }
}

export const KCP_TARGETS: readonly Target[] = [
  segments,
  packets('kcp-packets', () => codec(undefined, 'none')),
  packets('kcp-packets-seed', () => codec('a seed', 'dtls')),
  session,
]
