/**
 * Every vector of `test/vectors/vmess` under both crypto backends: whole, byte by byte, cut at random,
 * and, where it is valid, decoded and encoded again. See `test/vectors/README.md`.
 */
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { formatDestination } from '../../../src/address/destination.js'
import type { CryptoBackend } from '../../../src/crypto/backend.js'
import { nobleBackend } from '../../../src/crypto/noble-backend.js'
import { nodeBackend } from '../../../src/crypto/node-backend.js'
import { openHeader, openLength, requestSeals, sealRequest } from '../../../src/vmess/envelope.js'
import {
  decodeRequestHeader,
  encodeRequestHeader,
  measureRequestHeader,
} from '../../../src/vmess/request-header.js'
import { cutsOf, need, needHex, readVectors, type Vector } from '../../support/vectors.js'
import { encodeAgain, piecesOf, takeBody } from '../../support/vmess-vectors/bodies.js'
import { sealAgain, VectorServer } from '../../support/vmess-vectors/requests.js'
import { describeCommand, sealResponseAgain, takeResponse } from '../../support/vmess-vectors/responses.js'
import { answerOf } from '../../support/vmess-vectors/values.js'
import { makeSeededRandom } from '../../../src/testing/fakes.js'

const vectors = readVectors(fileURLToPath(new URL('../../vectors/vmess', import.meta.url)))
const byName = new Map(vectors.map((vector) => [vector.name, vector]))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const seeded = makeSeededRandom(7)
const dice = (): number => ((seeded(1)[0] as number) + 0.5) / 256

/** Each check looks at one input cut one way; what it learns beside stands in the vector's fields. */
type Check = (vector: Vector, backend: CryptoBackend, pieces: readonly Uint8Array[]) => void

const checkRequest: Check = (vector, backend, pieces) => {
  const server = new VectorServer(vector, backend)
  for (const name of vector.fields.get('after')?.split(' ') ?? []) {
    server.take([(byName.get(name) as Vector).bytes])
  }
  const { code, drains, request } = server.take(pieces)
  expect(code).toBe(need(vector, 'expect'))
  if (request === undefined) {
    expect(drains).toBe(need(vector, 'drains') === 'yes')
    return
  }
  expect(request.legacy).toBe(vector.fields.get('legacy') === 'yes')
  expect(request.user).toBe(server.user)
  expect(hex(request.rest)).toBe('')
  const unusual = vector.fields.get('decodes-to')
  if (unusual !== undefined) {
    expect(request.header.destination && formatDestination(request.header.destination)).toBe(unusual)
    return
  }
  expect(hex(encodeRequestHeader(request.header))).toBe(need(vector, 'header'))
  expect(hex(sealAgain(vector, backend, request))).toBe(hex(vector.bytes))
}

const checkResponse: Check = (vector, backend, pieces) => {
  const { code, response, body } = takeResponse(vector, backend, pieces)
  expect(code).toBe(need(vector, 'expect'))
  if (code !== 'ok') return
  expect(response?.responseOption).toBe(Number(need(vector, 'response-options')))
  expect(describeCommand(response?.command)).toBe(need(vector, 'command'))
  expect(body).toBe(vector.fields.get('body') ?? '')
  if (response === undefined || vector.fields.get('canonical') === 'no') return
  const again = sealResponseAgain(vector, backend, response)
  expect(hex(again)).toBe(hex(vector.bytes.subarray(0, again.length)))
}

const checkBody: Check = (vector, backend, pieces) => {
  const { code, pieces: out, ended } = takeBody(vector, backend, pieces)
  expect(code).toBe(need(vector, 'expect'))
  const truth = piecesOf(vector)
  const released = hex(Buffer.concat(out))
  if (code !== 'ok') {
    expect(released.length / 2).toBe(Number(need(vector, 'released')))
    expect(hex(Buffer.concat(truth)).startsWith(released)).toBe(true)
    return
  }
  expect(released).toBe(hex(Buffer.concat(truth)))
  if (need(vector, 'form') === 'packet') expect(out.map(hex)).toEqual(truth.map(hex))
  expect(ended).toBe(need(vector, 'ends') === 'yes')
  expect(hex(encodeAgain(vector, backend))).toBe(hex(vector.bytes))
}

const checkHeader: Check = (vector, _, pieces) => {
  let received = 0
  for (const piece of pieces) {
    received += piece.length
    const length = measureRequestHeader(vector.bytes.subarray(0, received))
    if (received === vector.bytes.length) expect(length).toBe(received)
    else expect([undefined, vector.bytes.length]).toContain(length)
  }
  expect(hex(encodeRequestHeader(decodeRequestHeader(vector.bytes)))).toBe(hex(vector.bytes))
}

const checkSealed: Check = (vector, backend) => {
  const [authId, length, connectionNonce, header] = [[0, 16], [16, 34], [34, 42], [42]].map(([from, to]) =>
    vector.bytes.slice(from, to),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  const secrets = { commandKey: needHex(vector, 'command-key'), authId, connectionNonce }
  const seals = requestSeals(secrets)
  const plain = needHex(vector, 'header')
  expect(openLength(seals, length, backend)).toBe(plain.length)
  expect(hex(openHeader(seals, header, backend) ?? new Uint8Array(0))).toBe(hex(plain))
  expect(hex(sealRequest(secrets, plain, backend))).toBe(hex(vector.bytes))
}

const checkValue: Check = (vector, backend) => {
  expect(hex((answerOf(vector) as NonNullable<ReturnType<typeof answerOf>>)(vector, backend))).toBe(
    hex(vector.bytes),
  )
}

const CHECKS: Readonly<Record<string, Check>> = {
  request: checkRequest,
  response: checkResponse,
  body: checkBody,
  'request-header': checkHeader,
  'sealed-request': checkSealed,
}

/** Values have no input that could be cut. */
const isValue = (vector: Vector): boolean => CHECKS[need(vector, 'unit')] === undefined

describe.each([nodeBackend, nobleBackend])('under $name', (backend) => {
  test(`${vectors.length} vectors under ${backend.name}`, () => {
    expect(vectors.length).toBeGreaterThan(180)
    expect(vectors.filter((vector) => isValue(vector) && answerOf(vector) === undefined)).toEqual([])
  })

  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const check = CHECKS[need(vector, 'unit')] ?? checkValue
    for (const pieces of cutsOf(vector.bytes, dice).values()) check(vector, backend, pieces)
  })
})
