/** What stands between the size field and the padding of a chunk: three ways to seal a payload. */
import type { Aead, OpenedRun, SealedRun } from '../crypto/backend.js'
import { fnv1a } from '../crypto/fnv1a.js'
import { Fault } from '../faults/fault.js'
import type { ChunkNonce } from './chunk-nonce.js'

const TAG_BYTES = 16
const CHECKSUM_BYTES = 4

export interface ChunkSeal {
  /** Whether `open` returns views of the unit, and the body that `seal` returns is the payload itself. */
  readonly borrows: boolean
  /** Parts that go on the wire before and after the body of the sealed payload. */
  seal(payload: Uint8Array): SealedChunk
  /** The payload of a sealed unit. Faults with `VMESS_CHUNK_TAG` or `VMESS_CHUNK_CHECKSUM`. */
  open(unit: Uint8Array): Uint8Array
  /** Opens many small chunks of a stream at once; absent where that would not be faster. */
  readonly openRun?: ((run: Omit<SealedRun, 'nonce'>) => OpenedRun) | undefined
}

export interface SealedChunk {
  /** Before the body: the checksum, where there is one. */
  readonly before: Uint8Array
  readonly body: Uint8Array
  /** After the body: the tag, where there is one. */
  readonly after: Uint8Array
}

const NOTHING = new Uint8Array(0)

/** AES-128-GCM and ChaCha20-Poly1305: ciphertext, then the tag. Each chunk consumes one nonce. */
export function aeadSeal(aead: Aead, nonce: ChunkNonce): ChunkSeal {
  return {
    borrows: false,
    seal(payload) {
      const { ciphertext, tag } = aead.seal(nonce.next(), payload)
      return { before: NOTHING, body: ciphertext, after: tag }
    },
    open(unit) {
      const edge = unit.length - TAG_BYTES
      const sealed = { ciphertext: unit.subarray(0, edge), tag: unit.subarray(edge) }
      const payload = aead.open(nonce.next(), sealed)
      if (payload === undefined) throw new Fault('VMESS_CHUNK_TAG')
      return payload
    },
    openRun:
      aead.openRun === undefined
        ? undefined
        : (run) => (aead as Required<Aead>).openRun({ ...run, nonce: nonce.run(run.units.length) }),
  }
}

/** Inside aes-128-cfb: FNV-1a of the payload, then the payload. */
export const checksumSeal: ChunkSeal = {
  borrows: true,
  seal: (payload) => ({ before: checksum(payload), body: payload, after: NOTHING }),
  open(unit) {
    const payload = unit.subarray(CHECKSUM_BYTES)
    const expected = checksum(payload)
    for (let i = 0; i < CHECKSUM_BYTES; i++) {
      if (unit[i] !== expected[i]) throw new Fault('VMESS_CHUNK_CHECKSUM')
    }
    return payload
  },
}

/** Security none: the payload as it is. */
export const plainSeal: ChunkSeal = {
  borrows: true,
  seal: (payload) => ({ before: NOTHING, body: payload, after: NOTHING }),
  open: (unit) => unit,
}

function checksum(payload: Uint8Array): Uint8Array {
  const sum = fnv1a(payload)
  return Uint8Array.of(sum >>> 24, (sum >>> 16) & 0xff, (sum >>> 8) & 0xff, sum & 0xff)
}
