/** Heads of VMess: what is inside the seal, and the sessions around it. */
import { makeDestination } from '../../src/address/destination.js'
import { concat, equal } from '../../src/bytes/bytes.js'
import { fnv1a } from '../../src/crypto/fnv1a.js'
import { OPTION, WIRE_SECURITY } from '../../src/vmess/body-plan.js'
import {
  decodeRequestHeader,
  encodeRequestHeader,
  type RequestHeader,
} from '../../src/vmess/request-header.js'
import { decodeResponseHeader, encodeResponseHeader } from '../../src/vmess/response-header.js'
import type { Target } from './harness.js'

const CHECKSUM_BYTES = 4
const RESERVED_AT = 36

const HEADER: RequestHeader = {
  bodyIv: new Uint8Array(16).fill(1),
  bodyKey: new Uint8Array(16).fill(2),
  responseCheck: 0x5a,
  options: OPTION.chunkStream | OPTION.chunkMasking,
  security: WIRE_SECURITY.aes128Gcm,
  command: 'tcp',
  destination: makeDestination('example.com', 443),
  padding: Uint8Array.of(1, 2, 3),
}

/** Headers without their checksum, so that damage can be sealed under a right one. */
export const PLAIN_HEADERS: readonly Uint8Array[] = [
  HEADER,
  { ...HEADER, destination: makeDestination('127.0.0.1', 80), padding: new Uint8Array(0) },
  { ...HEADER, destination: makeDestination('::1', 53), command: 'udp' as const },
  { ...HEADER, options: 0, security: WIRE_SECURITY.none },
].map((header) => encodeRequestHeader(header).slice(0, -CHECKSUM_BYTES))

/** The bytes with the checksum that fits them. */
export function withChecksum(header: Uint8Array): Uint8Array {
  const field = Buffer.alloc(CHECKSUM_BYTES)
  field.writeUInt32BE(fnv1a(header))
  return concat([header, field])
}

const requestHeader: Target = {
  name: 'request-header',
  samples: PLAIN_HEADERS,
  run(input) {
    const bytes = withChecksum(input)
    const header = decodeRequestHeader(bytes)
    // What is read can be written again: no two headers mean the same. The reserved byte is not kept.
    if (bytes[RESERVED_AT] === 0 && !equal(encodeRequestHeader(header), bytes)) {
      throw new RangeError('the header does not encode to the bytes it was read from')
    }
    return header
  },
}

const responseHeader: Target = {
  name: 'response-header',
  samples: [
    encodeResponseHeader({ responseCheck: 0x5a, options: 0 }),
    encodeResponseHeader({
      responseCheck: 0x5a,
      options: 1,
      command: {
        kind: 'switch-account',
        host: 'example.com',
        port: 443,
        uuid: new Uint8Array(16).fill(3),
        alterId: 0,
        level: 0,
        minutes: 10,
      },
    }),
  ],
  run: (input) => decodeResponseHeader(input),
}

export const HEADER_TARGETS: readonly Target[] = [requestHeader, responseHeader]
