/** Bytes of a mask, and of the words by which memory is masked where it is aligned. */
const KEY = 4
const WORD = 8
/** Below this the words are not worth their view. */
const SHORT = 64

/** The key twice, turned so that it begins where the words do. */
const turned = new Uint8Array(WORD)
const turnedWord = new BigInt64Array(turned.buffer)

/**
 * XORs bytes in place with a key of four bytes that repeats, as WebSocket clients mask (RFC 6455 §5.3).
 * `phase`: how many bytes were masked with that key before these.
 */
export function xorMask(bytes: Uint8Array, key: Uint8Array, phase = 0): void {
  const { length } = bytes
  if (length < SHORT) {
    xorBytes(bytes, key, { from: 0, to: length, phase })
    return
  }
  const lead = (WORD - (bytes.byteOffset % WORD)) % WORD
  xorBytes(bytes, key, { from: 0, to: lead, phase })
  for (let i = 0; i < WORD; i++) turned[i] = key[(phase + lead + i) % KEY] as number
  const words = new BigInt64Array(bytes.buffer, bytes.byteOffset + lead, (length - lead) >>> 3)
  xorWords(words, turnedWord[0] as bigint)
  xorBytes(bytes, key, { from: lead + words.length * WORD, to: length, phase })
}

/**
 * Eight words at a time: every byte of an upload passes through here, and so this is ten times as fast as
 * one byte after another, and several times as fast as one word after another.
 */
function xorWords(words: BigInt64Array, word: bigint): void {
  const whole = words.length - (words.length % 8)
  let i = 0
  for (; i < whole; i += 8) {
    words[i] = (words[i] as bigint) ^ word
    words[i + 1] = (words[i + 1] as bigint) ^ word
    words[i + 2] = (words[i + 2] as bigint) ^ word
    words[i + 3] = (words[i + 3] as bigint) ^ word
    words[i + 4] = (words[i + 4] as bigint) ^ word
    words[i + 5] = (words[i + 5] as bigint) ^ word
    words[i + 6] = (words[i + 6] as bigint) ^ word
    words[i + 7] = (words[i + 7] as bigint) ^ word
  }
  for (; i < words.length; i++) words[i] = (words[i] as bigint) ^ word
}

interface Part {
  readonly from: number
  readonly to: number
  readonly phase: number
}

function xorBytes(bytes: Uint8Array, key: Uint8Array, { from, to, phase }: Part): void {
  for (let i = from; i < to; i++) bytes[i] = (bytes[i] as number) ^ (key[(phase + i) % KEY] as number)
}
