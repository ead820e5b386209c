/**
 * The sealed heads of AEAD requests and responses (protocol §3.2, §3.4).
 *
 *     request                                                       response
 *     +---------+---------------+------------------+--------+      +---------------+--------+
 *     | auth ID | sealed length | connection nonce | header |      | sealed length | header |
 *     |   16    |    2 + 16     |        8         | L + 16 |      |    2 + 16     | L + 16 |
 *     +---------+---------------+------------------+--------+      +---------------+--------+
 *
 * All seals are AES-128-GCM, each under a key and nonce of its own: derived for a request from the
 * command key, the auth ID (which is the associated data, too) and the connection nonce, for a response
 * from its body key and IV.
 */
import { ByteWriter } from '../bytes/byte-writer.js'
import { concat } from '../bytes/bytes.js'
import type { CryptoBackend } from '../crypto/backend.js'
import { sha256 } from '../crypto/digest.js'
import { kdf } from '../crypto/kdf.js'
import { AEAD_NONCE_BYTES, KEY_BYTES, SALT, TAG_BYTES } from './constants.js'

/** What the seals of one request are derived from. */
export interface RequestSeal {
  readonly commandKey: Uint8Array
  /** 16 bytes as on the wire. */
  readonly authId: Uint8Array
  /** 8 bytes as on the wire. */
  readonly connectionNonce: Uint8Array
}

/** Key and IV of a body in one direction. */
export interface DirectionKeys {
  /** 16 bytes. */
  readonly key: Uint8Array
  /** 16 bytes. */
  readonly iv: Uint8Array
}

interface Seal {
  readonly key: Uint8Array
  readonly nonce: Uint8Array
  readonly associatedData?: Uint8Array
}

/** The whole head of a request around its plain header. */
export function sealRequest(seal: RequestSeal, header: Uint8Array, backend: CryptoBackend): Uint8Array {
  return concat([
    seal.authId,
    close(requestLengthSeal(seal), lengthField(header), backend),
    seal.connectionNonce,
    close(requestHeaderSeal(seal), header, backend),
  ])
}

/** The length inside the 18 bytes after the auth ID, or undefined if they are not authentic. */
export function openRequestLength(
  seal: RequestSeal,
  sealed: Uint8Array,
  backend: CryptoBackend,
): number | undefined {
  return readLength(open(requestLengthSeal(seal), sealed, backend))
}

/** The plain header inside `length + 16` bytes, or undefined if they are not authentic. */
export function openRequestHeader(
  seal: RequestSeal,
  sealed: Uint8Array,
  backend: CryptoBackend,
): Uint8Array | undefined {
  return open(requestHeaderSeal(seal), sealed, backend)
}

/** Key and IV of the response body after an AEAD header. */
export function responseKeys(request: DirectionKeys): DirectionKeys {
  return { key: sha256(request.key).subarray(0, KEY_BYTES), iv: sha256(request.iv).subarray(0, KEY_BYTES) }
}

/** The whole head of a response; `keys` are those of the response. */
export function sealResponse(keys: DirectionKeys, header: Uint8Array, backend: CryptoBackend): Uint8Array {
  return concat([
    close(responseLengthSeal(keys), lengthField(header), backend),
    close(responseHeaderSeal(keys), header, backend),
  ])
}

/** The length inside the first 18 bytes of a response, or undefined if they are not authentic. */
export function openResponseLength(
  keys: DirectionKeys,
  sealed: Uint8Array,
  backend: CryptoBackend,
): number | undefined {
  return readLength(open(responseLengthSeal(keys), sealed, backend))
}

/** The plain header inside `length + 16` bytes, or undefined if they are not authentic. */
export function openResponseHeader(
  keys: DirectionKeys,
  sealed: Uint8Array,
  backend: CryptoBackend,
): Uint8Array | undefined {
  return open(responseHeaderSeal(keys), sealed, backend)
}

function requestLengthSeal(seal: RequestSeal): Seal {
  return requestSeal(seal, SALT.lengthKey, SALT.lengthNonce)
}

function requestHeaderSeal(seal: RequestSeal): Seal {
  return requestSeal(seal, SALT.headerKey, SALT.headerNonce)
}

function requestSeal({ commandKey, authId, connectionNonce }: RequestSeal, key: string, nonce: string): Seal {
  return {
    key: kdf(commandKey, key, authId, connectionNonce).subarray(0, KEY_BYTES),
    nonce: kdf(commandKey, nonce, authId, connectionNonce).subarray(0, AEAD_NONCE_BYTES),
    associatedData: authId,
  }
}

function responseLengthSeal({ key, iv }: DirectionKeys): Seal {
  return {
    key: kdf(key, SALT.responseLengthKey).subarray(0, KEY_BYTES),
    nonce: kdf(iv, SALT.responseLengthNonce).subarray(0, AEAD_NONCE_BYTES),
  }
}

function responseHeaderSeal({ key, iv }: DirectionKeys): Seal {
  return {
    key: kdf(key, SALT.responseHeaderKey).subarray(0, KEY_BYTES),
    nonce: kdf(iv, SALT.responseHeaderNonce).subarray(0, AEAD_NONCE_BYTES),
  }
}

function close({ key, nonce, associatedData }: Seal, plain: Uint8Array, backend: CryptoBackend): Uint8Array {
  const { ciphertext, tag } = backend.aes128Gcm(key).seal(nonce, plain, associatedData)
  return concat([ciphertext, tag])
}

function open(
  { key, nonce, associatedData }: Seal,
  sealed: Uint8Array,
  backend: CryptoBackend,
): Uint8Array | undefined {
  const edge = sealed.length - TAG_BYTES
  const parts = { ciphertext: sealed.subarray(0, edge), tag: sealed.subarray(edge) }
  return backend.aes128Gcm(key).open(nonce, parts, associatedData)
}

function lengthField(header: Uint8Array): Uint8Array {
  return new ByteWriter(2).u16(header.length).done()
}

function readLength(plain: Uint8Array | undefined): number | undefined {
  return plain === undefined ? undefined : ((plain[0] as number) << 8) | (plain[1] as number)
}
