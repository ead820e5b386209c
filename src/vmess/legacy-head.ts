/**
 * The heads of legacy requests and responses (protocol §2.2, §2.3, §2.6): signed by a second, encrypted,
 * but not authentic.
 *
 *     request                                       response
 *     +--------------+-------------------------+   +-------------------------+
 *     | auth         | header                  |   | header                  |
 *     | HMAC-MD5, 16 | AES-128-CFB             |   | AES-128-CFB             |
 *     +--------------+-------------------------+   +-------------------------+
 *
 * No length is written; the header says itself where it ends. The cipher of a response runs on into an
 * aes-128-cfb body; every other body starts afresh.
 */
import { ByteWriter } from '../bytes/byte-writer.js'
import { concat } from '../bytes/bytes.js'
import type { CryptoBackend, StreamCipher } from '../crypto/backend.js'
import { md5 } from '../crypto/digest.js'
import { HmacMd5 } from '../crypto/hmac-md5.js'
import type { DirectionKeys } from './envelope.js'

const TIME_BYTES = 8
const IV_REPETITIONS = 4

/** What a legacy request is sealed with. */
export interface LegacySeal {
  readonly commandKey: Uint8Array
  /** Main or alter id, 16 bytes. */
  readonly id: Uint8Array
  /** Unix seconds. */
  readonly seconds: number
}

/** The second as it is signed. */
export function timeField(seconds: number): Uint8Array {
  return new ByteWriter(TIME_BYTES).u64(seconds).done()
}

/** The first sixteen bytes of a request of `id` at a second. */
export function legacyAuth(id: Uint8Array, seconds: number): Uint8Array {
  return new HmacMd5(id).digest(timeField(seconds)).slice()
}

/** IV of the header cipher: the second, four times over. */
function headerIv(seconds: number): Uint8Array {
  const field = timeField(seconds)
  return md5(concat(new Array<Uint8Array>(IV_REPETITIONS).fill(field)))
}

/** The whole head of a request around its plain header. */
export function sealLegacyRequest(seal: LegacySeal, header: Uint8Array, backend: CryptoBackend): Uint8Array {
  const cipher = backend.aes128CfbEncryptor(seal.commandKey, headerIv(seal.seconds))
  return concat([legacyAuth(seal.id, seal.seconds), cipher.update(header)])
}

/** What decrypts the header behind the auth; each byte can be opened as soon as it is there. */
export function legacyHeaderOpener(
  commandKey: Uint8Array,
  seconds: number,
  backend: CryptoBackend,
): StreamCipher {
  return backend.aes128CfbDecryptor(commandKey, headerIv(seconds))
}

/** Key and IV of the response body, and of the response header, after a legacy header. */
export function legacyResponseKeys(request: DirectionKeys): DirectionKeys {
  return { key: md5(request.key), iv: md5(request.iv) }
}
