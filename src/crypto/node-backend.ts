/**
 * The backend over `node:crypto`. Keys are made into `KeyObject`s once: on Node 24 a cipher made from
 * a `Buffer` key costs ten times as much.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type {
  Aead,
  BlockCipher,
  CryptoBackend,
  OpenedRun,
  Sealed,
  SealedRun,
  StreamCipher,
} from './backend.js'
import { concat } from '../bytes/bytes.js'
import { ChachaRuns } from './chacha-runs.js'
import { GcmBatch } from './gcm-batch.js'
import { isPiece, openPiece, sealPiece } from './gcm-piece.js'

const TAG = { authTagLength: 16 } as const

/** Pieces up to this size cost less in the kernel than a cipher object of Node does. */
const SMALL_CHACHA = 4_096

const NOTHING = new Uint8Array(0)

type AeadName = 'aes-128-gcm' | 'chacha20-poly1305'

class NodeAead implements Aead {
  readonly #algorithm: 'aes-128-gcm'
  /** A copy, so that the caller's memory is his own. */
  protected readonly secret: Uint8Array
  #made: KeyObject | undefined

  constructor(name: AeadName, secret: Uint8Array) {
    // Node's types tell the two AEAD families apart by the literal name; the calls are the same.
    this.#algorithm = name as 'aes-128-gcm'
    this.secret = Uint8Array.from(secret)
  }

  /** Made when a piece comes that is too large for a kernel: many connections never have one. */
  get #key(): KeyObject {
    this.#made ??= createSecretKey(this.secret)
    return this.#made
  }

  seal(nonce: Uint8Array, plaintext: Uint8Array, associatedData?: Uint8Array): Sealed {
    const cipher = createCipheriv(this.#algorithm, this.#key, nonce, TAG)
    if (associatedData !== undefined) cipher.setAAD(associatedData)
    const ciphertext = cipher.update(plaintext)
    cipher.final()
    return { ciphertext, tag: cipher.getAuthTag() }
  }

  open(nonce: Uint8Array, sealed: Sealed, associatedData?: Uint8Array): Uint8Array | undefined {
    const decipher = createDecipheriv(this.#algorithm, this.#key, nonce, TAG)
    if (associatedData !== undefined) decipher.setAAD(associatedData)
    decipher.setAuthTag(sealed.tag)
    const plaintext = decipher.update(sealed.ciphertext)
    try {
      decipher.final()
    } catch {
      // The only failure of `final` under an AEAD is a tag that does not fit.
      return undefined
    }
    return plaintext
  }
}

/** AES-128-GCM: a small piece by the kernel, several that are not large by the run. */
class NodeGcm extends NodeAead {
  #batch: GcmBatch | undefined

  constructor(secret: Uint8Array) {
    super('aes-128-gcm', secret)
  }

  override seal(nonce: Uint8Array, plaintext: Uint8Array, associatedData?: Uint8Array): Sealed {
    if (!isPiece(plaintext, associatedData)) return super.seal(nonce, plaintext, associatedData)
    return sealPiece({ key: this.secret, nonce, associatedData }, plaintext)
  }

  override open(nonce: Uint8Array, sealed: Sealed, associatedData?: Uint8Array): Uint8Array | undefined {
    if (!isPiece(sealed.ciphertext, associatedData)) return super.open(nonce, sealed, associatedData)
    return openPiece({ key: this.secret, nonce, associatedData }, sealed)
  }

  openRun(run: SealedRun): OpenedRun {
    this.#batch ??= new GcmBatch(this.secret)
    const plaintext = this.#batch.open(run)
    return plaintext === undefined ? this.#openOneByOne(run) : { opened: run.units.length, plaintext }
  }

  /** To find out which piece of a run is the first that is not authentic. */
  #openOneByOne({ before, input, units, nonce: first }: SealedRun): OpenedRun {
    const whole = before === undefined ? input : concat([before, input])
    const nonce = Uint8Array.from(first)
    const plaintexts: Uint8Array[] = []
    for (const { start, length } of units) {
      const edge = start + length
      const sealed = { ciphertext: whole.subarray(start, edge), tag: whole.subarray(edge, edge + 16) }
      const plaintext = this.open(nonce, sealed)
      if (plaintext === undefined) break
      plaintexts.push(plaintext)
      const next = ((nonce[0] as number) << 8) + (nonce[1] as number) + 1
      nonce[0] = next >>> 8
      nonce[1] = next
    }
    return { opened: plaintexts.length, plaintext: concat([NOTHING, ...plaintexts]) }
  }
}

/** ChaCha20-Poly1305, with small pieces by a kernel of our own. */
class NodeChacha extends NodeAead {
  readonly #runs: ChachaRuns

  constructor(secret: Uint8Array) {
    super('chacha20-poly1305', secret)
    this.#runs = new ChachaRuns(secret)
  }

  override seal(nonce: Uint8Array, plaintext: Uint8Array, associatedData?: Uint8Array): Sealed {
    return associatedData === undefined && plaintext.length <= SMALL_CHACHA
      ? this.#runs.sealOne(nonce, plaintext)
      : super.seal(nonce, plaintext, associatedData)
  }

  override open(nonce: Uint8Array, sealed: Sealed, associatedData?: Uint8Array): Uint8Array | undefined {
    return associatedData === undefined && sealed.ciphertext.length <= SMALL_CHACHA
      ? this.#runs.openOne(nonce, sealed)
      : super.open(nonce, sealed, associatedData)
  }

  openRun(run: SealedRun): OpenedRun {
    return this.#runs.open(run)
  }
}

function nodeBlockCipher(secret: Uint8Array): BlockCipher {
  const key = createSecretKey(secret)
  const encryptor = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const decryptor = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return {
    encrypt: (block) => encryptor.update(block),
    decrypt: (block) => decryptor.update(block),
  }
}

function nodeCfb(make: typeof createCipheriv | typeof createDecipheriv) {
  return (secret: Uint8Array, iv: Uint8Array): StreamCipher => {
    const cipher = make('aes-128-cfb', createSecretKey(secret), iv)
    return { update: (bytes) => cipher.update(bytes) }
  }
}

export const nodeBackend: CryptoBackend = {
  name: 'node:crypto',
  aes128Gcm: (key) => new NodeGcm(key),
  chacha20Poly1305: (key) => new NodeChacha(key),
  aes128CfbEncryptor: nodeCfb(createCipheriv),
  aes128CfbDecryptor: nodeCfb(createDecipheriv),
  aes128Block: nodeBlockCipher,
}
