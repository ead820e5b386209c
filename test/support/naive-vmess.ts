/**
 * VMess written a second time, straight from `docs/protocol`, with nothing of `src` in it: no cached
 * states, no streams, no state machines. Slow and obvious. Tests take their expected bytes from here,
 * never from the encoder they test.
 */
import { createCipheriv, createHash, createHmac } from 'node:crypto'

export type Bytes = Buffer

const text = (value: string): Bytes => Buffer.from(value, 'utf8')
const md5 = (...parts: Uint8Array[]): Bytes => createHash('md5').update(Buffer.concat(parts)).digest()
const sha256 = (...parts: Uint8Array[]): Bytes => createHash('sha256').update(Buffer.concat(parts)).digest()

export const u16 = (value: number): Bytes => Buffer.of((value >> 8) & 0xff, value & 0xff)
export const u32 = (value: number): Bytes => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
export const u64 = (value: number): Bytes => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

export function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5n
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn
  return Number(hash)
}

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

export function commandKey(uuid: Uint8Array): Bytes {
  return md5(uuid, text('c48619fe-8f02-49e0-b9e9-edf763e17e21'))
}

/** The alter id number `index` of a chain that begins at `uuid`. */
export function alterId(uuid: Uint8Array, index: number): Bytes {
  let id: Bytes = Buffer.from(uuid)
  for (let i = 0; i <= index; i++) id = md5(id, text('16167dc8-16b6-4e6d-b8bb-65dd68113a81'))
  return id
}

/** Nested HMAC by its definition; path items may be texts. */
export function kdf(secret: Uint8Array, ...path: (string | Uint8Array)[]): Bytes {
  const hmacOver =
    (hash: (message: Uint8Array) => Bytes, key: Uint8Array) =>
    (message: Uint8Array): Bytes => {
      const block = Buffer.alloc(64)
      block.set(key)
      const outer = block.map((byte) => byte ^ 0x5c)
      const inner = block.map((byte) => byte ^ 0x36)
      return hash(Buffer.concat([outer, hash(Buffer.concat([inner, message]))]))
    }
  let hash = (message: Uint8Array): Bytes => createHmac('sha256', 'VMess AEAD KDF').update(message).digest()
  for (const item of path) hash = hmacOver(hash, typeof item === 'string' ? text(item) : item)
  return hash(secret)
}

interface Seal {
  key: Uint8Array
  nonce: Uint8Array
  ad?: Uint8Array
}

export function gcm({ key, nonce, ad }: Seal, plain: Uint8Array): Bytes {
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  if (ad !== undefined) cipher.setAAD(ad)
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

export function chacha({ key, nonce }: Seal, plain: Uint8Array): Bytes {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

export function cfb(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Bytes {
  return createCipheriv('aes-128-cfb', key, iv).update(plain)
}

export interface NaiveHeader {
  version?: number
  iv: Uint8Array
  key: Uint8Array
  check: number
  options: number
  security: number
  reserved?: number
  command: number
  /** Port, type and address as they stand on the wire; empty for mux. */
  address: Uint8Array
  padding: Uint8Array
  /** Instead of the true sum. */
  checksum?: number
}

export const ipv4 = (port: number, ...ip: number[]): Bytes => Buffer.concat([u16(port), Buffer.of(1, ...ip)])
export const ipv6 = (port: number, hex: string): Bytes =>
  Buffer.concat([u16(port), Buffer.of(3), Buffer.from(hex, 'hex')])
export const domain = (port: number, name: string): Bytes =>
  Buffer.concat([u16(port), Buffer.of(2, name.length), Buffer.from(name, 'latin1')])

export function plainHeader(header: NaiveHeader): Bytes {
  const { version = 1, iv, key, check, options, security, reserved = 0, command, address, padding } = header
  const body = Buffer.concat([
    Buffer.of(version),
    iv,
    key,
    Buffer.of(check, options, (padding.length << 4) | security, reserved, command),
    address,
    padding,
  ])
  return Buffer.concat([body, u32(header.checksum ?? fnv1a(body))])
}

export function authId(uuid: Uint8Array, seconds: number, random: Uint8Array): Bytes {
  const start = Buffer.concat([u64(seconds), random])
  const key = kdf(commandKey(uuid), 'AES Auth ID Encryption').subarray(0, 16)
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return cipher.update(Buffer.concat([start, u32(crc32(start))]))
}

export interface NaiveSeal {
  uuid: Uint8Array
  seconds: number
  random: Uint8Array
  nonce: Uint8Array
}

/** The four parts of an AEAD request head, in order of the wire. */
export function aeadHead({ uuid, seconds, random, nonce }: NaiveSeal, plain: Uint8Array): Bytes[] {
  const id = authId(uuid, seconds, random)
  const secret = commandKey(uuid)
  const derive = (salt: string, length: number): Bytes => kdf(secret, salt, id, nonce).subarray(0, length)
  const length = {
    key: derive('VMess Header AEAD Key_Length', 16),
    nonce: derive('VMess Header AEAD Nonce_Length', 12),
  }
  const header = { key: derive('VMess Header AEAD Key', 16), nonce: derive('VMess Header AEAD Nonce', 12) }
  return [
    id,
    gcm({ ...length, ad: id }, u16(plain.length)),
    Buffer.from(nonce),
    gcm({ ...header, ad: id }, plain),
  ]
}

/** `id` signs, the main `uuid` encrypts. */
export function legacyHead(uuid: Uint8Array, id: Uint8Array, seconds: number) {
  const time = u64(seconds)
  return (plain: Uint8Array): Bytes =>
    Buffer.concat([
      createHmac('md5', id).update(time).digest(),
      cfb(commandKey(uuid), md5(time, time, time, time), plain),
    ])
}

export function aeadResponse(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Bytes[] {
  const { key: rk, iv: riv } = responseBodyKeys(key, iv)
  const k = (salt: string): Bytes => kdf(rk, salt).subarray(0, 16)
  const n = (salt: string): Bytes => kdf(riv, salt).subarray(0, 12)
  return [
    gcm({ key: k('AEAD Resp Header Len Key'), nonce: n('AEAD Resp Header Len IV') }, u16(plain.length)),
    gcm({ key: k('AEAD Resp Header Key'), nonce: n('AEAD Resp Header IV') }, plain),
  ]
}

/** Key and IV of a response body after an AEAD head. */
export function responseBodyKeys(key: Uint8Array, iv: Uint8Array): { key: Bytes; iv: Bytes } {
  return { key: sha256(key).subarray(0, 16), iv: sha256(iv).subarray(0, 16) }
}

/** The header, and with it what an aes-128-cfb body adds under the same running cipher. */
export function legacyResponse(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Bytes {
  return cfb(md5(key), md5(iv), plain)
}

export interface NaiveBody {
  security: number
  options: number
  udp?: boolean
  key: Uint8Array
  iv: Uint8Array
  /** Of the request, when this is a response body. */
  requestKey?: Uint8Array
  requestIv?: Uint8Array
}

const EOS = Buffer.alloc(0)

/** Chunks for pieces, and the end-of-stream chunk if `ends`; padding bytes are zero. */
export function chunks(body: NaiveBody, pieces: readonly Uint8Array[], ends = true): Bytes[] {
  const { security, options, key, iv, requestKey = key, requestIv = iv } = body
  const masked = (options & 4) !== 0
  const sealed = (options & 16) !== 0 && (security === 3 || security === 4)
  const padded = (options & 8) !== 0 && !(security === 5 && body.udp !== true)
  const words = shakeWords(iv, 2 * pieces.length + 4)
  const chachaKey = (from: Uint8Array): Bytes => Buffer.concat([md5(from), md5(md5(from))])
  const seal = (from: Uint8Array, nonce: Bytes, plain: Uint8Array): Bytes =>
    security === 4 ? chacha({ key: chachaKey(from), nonce }, plain) : gcm({ key: from, nonce }, plain)
  const lengthKey = sealed ? kdf(requestKey, 'auth_len').subarray(0, 16) : EOS
  const out = (ends ? [...pieces, EOS] : pieces).map((piece, n) => {
    const nonce = (from: Uint8Array): Bytes => Buffer.concat([u16(n & 0xffff), from.subarray(2, 12)])
    let payload = Buffer.from(piece)
    if (security === 3 || security === 4) payload = Buffer.from(seal(key, nonce(iv), piece))
    if (security === 1) payload = Buffer.concat([u32(fnv1a(piece)), piece])
    const padding = padded ? (words.shift() ?? 0) % 64 : 0
    const size = payload.length + padding
    let field = u16(size)
    if (sealed) field = seal(lengthKey, nonce(requestIv), u16(size - 16))
    else if (masked) field = u16(size ^ (words.shift() ?? 0))
    return Buffer.concat([field, payload, Buffer.alloc(padding)])
  })
  if (security !== 1) return out
  const cipher = createCipheriv('aes-128-cfb', key, iv)
  return out.map((part) => cipher.update(part))
}

export function shakeWords(iv: Uint8Array, count: number): number[] {
  const stream = createHash('shake128', { outputLength: count * 2 })
    .update(iv)
    .digest()
  return Array.from({ length: count }, (_, i) => stream.readUInt16BE(i * 2))
}
