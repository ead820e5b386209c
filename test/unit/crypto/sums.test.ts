import { createCipheriv, createHmac } from 'node:crypto'
import { crc32 as zlibCrc32 } from 'node:zlib'
import { md5 as nobleMd5 } from '@noble/hashes/legacy.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { expect, test } from 'vitest'
import { AesLookup, readLookupBlock } from '../../../src/crypto/aes-lookup.js'
import { crc32 } from '../../../src/crypto/crc32.js'
import { md5, sha256 } from '../../../src/crypto/digest.js'
import { fnv1a } from '../../../src/crypto/fnv1a.js'
import { HmacMd5 } from '../../../src/crypto/hmac-md5.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'
import * as naive from '../../support/naive-vmess.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const random = makeSeededRandom(5)
const samples = Array.from({ length: 80 }, (_, length) => random(length))

test('digests agree with noble', () => {
  for (const sample of samples) {
    expect(hex(md5(sample))).toBe(hex(nobleMd5(sample)))
    expect(hex(sha256(sample))).toBe(hex(nobleSha256(sample)))
  }
})

test('fnv1a agrees with its definition over big integers', () => {
  for (const sample of samples) expect(fnv1a(sample)).toBe(naive.fnv1a(sample))
})

test('crc32 agrees with zlib, and covers no more than it is told', () => {
  for (const sample of samples) {
    expect(crc32(sample)).toBe(zlibCrc32(sample))
    expect(crc32(Buffer.concat([sample, Buffer.of(1, 2)]), sample.length)).toBe(zlibCrc32(sample))
  }
})

test('one keyed HMAC-MD5 signs many messages', () => {
  const key = random(16)
  const hmac = new HmacMd5(key)
  const other = new HmacMd5(random(16))
  for (const sample of samples) {
    const signature = hex(hmac.digest(sample))
    other.digest(sample)
    expect(signature).toBe(createHmac('md5', key).update(sample).digest('hex'))
  }
})

test('the look-up cipher decrypts what AES-128 encrypted, from any place in memory', () => {
  for (let i = 0; i < 20; i++) {
    const key = random(16)
    const plain = random(16)
    const sealed = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(plain)
    const shifted = Buffer.concat([Buffer.alloc(i), sealed, random(3)]).subarray(i)
    const out = new Uint8Array(16)
    new AesLookup(key).decrypt(readLookupBlock(shifted), out)
    expect(hex(out)).toBe(hex(plain))
  }
})

test('a look-up block has sixteen bytes', () => {
  expect(() => readLookupBlock(new Uint8Array(15))).toThrow(RangeError)
})
