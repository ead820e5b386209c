/** Ways to damage an input, and ways to cut it. */
import { concat } from '../../src/bytes/bytes.js'
import type { Dice } from './dice.js'

type Mutation = (input: Uint8Array, dice: Dice) => Uint8Array

/** Values on which lengths and counters turn over. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff]
const MAX_RANDOM_BYTES = 4096
const OVERWRITTEN = 0xaa

const flipBit: Mutation = (input, dice) => changed(input, dice, (byte) => byte ^ (1 << dice.below(8)))
const setEdge: Mutation = (input, dice) => changed(input, dice, () => dice.pick(EDGES))
const truncate: Mutation = (input, dice) => input.subarray(0, dice.below(input.length + 1))
const append: Mutation = (input, dice) => concat([input, dice.bytes(1 + dice.below(64))])
const remove: Mutation = (input, dice) => {
  const from = dice.below(input.length + 1)
  return concat([input.subarray(0, from), input.subarray(from + 1 + dice.below(8))])
}
const insert: Mutation = (input, dice) => {
  const at = dice.below(input.length + 1)
  return concat([input.subarray(0, at), dice.bytes(1 + dice.below(8)), input.subarray(at)])
}
const repeat: Mutation = (input, dice) => {
  const from = dice.below(input.length + 1)
  const part = input.subarray(from, from + dice.below(64))
  return concat([input.subarray(0, from), part, part, input.subarray(from)])
}

const MUTATIONS: readonly Mutation[] = [flipBit, setEdge, truncate, append, remove, insert, repeat]

/** One of the samples with some damage, or, now and then, as it is or nothing but noise. */
export function makeInput(samples: readonly Uint8Array[], dice: Dice): Uint8Array {
  if (samples.length === 0 || dice.below(8) === 0) return dice.bytes(dice.below(MAX_RANDOM_BYTES))
  let input: Uint8Array = dice.pick(samples)
  for (let left = dice.below(5); left > 0; left--) input = dice.pick(MUTATIONS)(input, dice)
  return input
}

/**
 * The input in pieces: whole, byte by byte, or cut anywhere. Each is lent as a socket lends what it read:
 * in a `Buffer` over memory that is overwritten as soon as the loop asks for the next piece, or ends.
 */
export function* cut(input: Uint8Array, dice: Dice): Generator<Uint8Array, void> {
  const memory = Buffer.allocUnsafeSlow(input.length)
  const longest = dice.pick([input.length, 1, 2, 16, 100, 4096])
  for (let at = 0; at < input.length; ) {
    const piece = input.subarray(at, at + (longest === 1 ? 1 : 1 + dice.below(Math.max(longest, 1))))
    memory.set(piece)
    try {
      yield memory.subarray(0, piece.length)
    } finally {
      memory.fill(OVERWRITTEN)
    }
    at += piece.length
  }
}

function changed(input: Uint8Array, dice: Dice, change: (byte: number) => number): Uint8Array {
  // Not `slice`: on a `Buffer` that is a view, and the sample would be damaged for good.
  const output = Uint8Array.from(input)
  const at = dice.below(input.length)
  const byte = output[at]
  if (byte !== undefined) output[at] = change(byte)
  return output
}
