import { md5 } from '@noble/hashes/legacy.js'

const BLOCK_BYTES = 64
const DIGEST_BYTES = 16
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

const scratch = md5.create()
const result = new Uint8Array(DIGEST_BYTES)

/**
 * HMAC-MD5 under one key for many short messages: both padded keys are absorbed once, so a message
 * costs two compressions. Legacy headers need 241 of these for each id (protocol §2.4).
 */
export class HmacMd5 {
  readonly #inner = md5.create()
  readonly #outer = md5.create()

  /** Key of at most 64 bytes; ids have 16. */
  constructor(key: Uint8Array) {
    const block = new Uint8Array(BLOCK_BYTES)
    block.set(key)
    this.#inner.update(block.map((byte) => byte ^ INNER_PAD))
    this.#outer.update(block.map((byte) => byte ^ OUTER_PAD))
  }

  /** 16 bytes, valid until the next call on any instance. */
  digest(message: Uint8Array): Uint8Array {
    this.#inner._cloneInto(scratch).update(message).digestInto(result)
    this.#outer._cloneInto(scratch).update(result).digestInto(result)
    return result
  }
}
