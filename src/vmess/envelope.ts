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
import { deriveFour } from '../crypto/kdf.js'
import { AEAD_NONCE_BYTES, KEY_BYTES, SALT, TAG_BYTES } from './constants.js'

/** What the seals of one request are derived from. */
export interface RequestSecrets {
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

/** For one message only. */
interface Seal {
  /** 16 bytes. */
  readonly key: Uint8Array
  /** 12 bytes. */
  readonly nonce: Uint8Array
  /** The auth ID of a request; a response has none. */
  readonly associatedData: Uint8Array | undefined
}

/** What seals a head: its length and its header, each with a seal of its own. */
export interface HeadSeals {
  readonly length: Seal
  readonly header: Seal
}

const REQUEST_SALTS = [SALT.lengthKey, SALT.lengthNonce, SALT.headerKey, SALT.headerNonce] as const
const RESPONSE_SALTS = [
  SALT.responseLengthKey,
  SALT.responseLengthNonce,
  SALT.responseHeaderKey,
  SALT.responseHeaderNonce,
] as const

/** The seals of one request. */
export function requestSeals({ commandKey, authId, connectionNonce }: RequestSecrets): HeadSeals {
  const secrets = [commandKey, commandKey, commandKey, commandKey] as const
  return headSeals(deriveFour(secrets, REQUEST_SALTS, authId, connectionNonce), authId)
}

/** The seals of the response; `keys` are those of its body. */
export function responseSeals({ key, iv }: DirectionKeys): HeadSeals {
  return headSeals(deriveFour([key, iv, key, iv], RESPONSE_SALTS), undefined)
}

/** The whole head of a request around its plain header. */
export function sealRequest(secrets: RequestSecrets, header: Uint8Array, backend: CryptoBackend): Uint8Array {
  const seals = requestSeals(secrets)
  return concat([
    secrets.authId,
    ...close(seals.length, lengthField(header), backend),
    secrets.connectionNonce,
    ...close(seals.header, header, backend),
  ])
}

/** The whole head of a response. */
export function sealResponse(keys: DirectionKeys, header: Uint8Array, backend: CryptoBackend): Uint8Array {
  const seals = responseSeals(keys)
  return concat([
    ...close(seals.length, lengthField(header), backend),
    ...close(seals.header, header, backend),
  ])
}

/** The length inside the 18 bytes of a sealed one, or undefined if they are not authentic. */
export function openLength(seals: HeadSeals, sealed: Uint8Array, backend: CryptoBackend): number | undefined {
  const plain = open(seals.length, sealed, backend)
  return plain === undefined ? undefined : ((plain[0] as number) << 8) | (plain[1] as number)
}

/** The plain header inside `length + 16` bytes, or undefined if they are not authentic. */
export function openHeader(
  seals: HeadSeals,
  sealed: Uint8Array,
  backend: CryptoBackend,
): Uint8Array | undefined {
  return open(seals.header, sealed, backend)
}

/** Key and IV of the response body after an AEAD header. */
export function responseKeys(request: DirectionKeys): DirectionKeys {
  return { key: sha256(request.key).subarray(0, KEY_BYTES), iv: sha256(request.iv).subarray(0, KEY_BYTES) }
}

function headSeals(
  [lengthKey, lengthNonce, headerKey, headerNonce]: ReturnType<typeof deriveFour>,
  associatedData: Uint8Array | undefined,
): HeadSeals {
  return {
    length: { key: lengthKey, nonce: lengthNonce.subarray(0, AEAD_NONCE_BYTES), associatedData },
    header: { key: headerKey, nonce: headerNonce.subarray(0, AEAD_NONCE_BYTES), associatedData },
  }
}

/** The ciphertext and its tag. */
function close(
  { key, nonce, associatedData }: Seal,
  plain: Uint8Array,
  backend: CryptoBackend,
): readonly [Uint8Array, Uint8Array] {
  const { ciphertext, tag } = backend.aes128Gcm(key).seal(nonce, plain, associatedData)
  return [ciphertext, tag]
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
