/** Vectors of response heads, through a whole `ClientSession`. */
import type { WireSecurity } from '../../../src/account/security.js'
import type { CryptoBackend } from '../../../src/crypto/backend.js'
import { isFault } from '../../../src/faults/fault.js'
import { makeFakeClock } from '../../../src/testing/fakes.js'
import { type AcceptedResponse, ClientSession } from '../../../src/vmess/client-session.js'
import { responseKeys, sealResponse } from '../../../src/vmess/envelope.js'
import { legacyResponseKeys } from '../../../src/vmess/legacy-head.js'
import { encodeResponseHeader } from '../../../src/vmess/response-header.js'
import type { ServerCommand } from '../../../src/vmess/server-command.js'
import { makeUser } from '../../../src/vmess/user.js'
import { need, needHex, type Vector } from '../vectors.js'

export interface ResponseOutcome {
  readonly code: string
  readonly response?: AcceptedResponse
  /** What the body behind the head says. */
  readonly body: string
}

const isLegacy = (vector: Vector): boolean => need(vector, 'legacy') === 'yes'

function makeClient(vector: Vector, backend: CryptoBackend): ClientSession {
  // The dice fall as the vector's request had them: body IV, body key, check byte; then zeros.
  const dice = [
    needHex(vector, 'body-iv'),
    needHex(vector, 'body-key'),
    Uint8Array.of(Number(need(vector, 'check'))),
  ]
  return new ClientSession({
    user: makeUser({ uuid: new Uint8Array(16) }),
    legacy: isLegacy(vector),
    command: 'tcp',
    destination: { kind: 'domain', host: 'www.example.com', port: 443 },
    security: need(vector, 'security') as WireSecurity,
    options: Number(need(vector, 'options')),
    clock: makeFakeClock(),
    random: (size) => dice.shift() ?? new Uint8Array(size),
    backend,
  })
}

export function takeResponse(
  vector: Vector,
  backend: CryptoBackend,
  pieces: readonly Uint8Array[],
): ResponseOutcome {
  const session = makeClient(vector, backend)
  let response: AcceptedResponse | undefined
  const body: Uint8Array[] = []
  try {
    for (const piece of pieces) {
      if (response === undefined) {
        session.receive(piece)
        response = session.next()
        if (response !== undefined) body.push(...drainBody(response, response.rest))
      } else body.push(...drainBody(response, piece))
    }
    session.finish()
    return { code: 'ok', body: Buffer.concat(body).toString('hex'), ...(response && { response }) }
  } catch (error) {
    if (!isFault(error)) throw error
    return { code: error.code, body: '' }
  }
}

function drainBody({ downlink }: AcceptedResponse, bytes: Uint8Array): Uint8Array[] {
  downlink.receive(bytes)
  const out: Uint8Array[] = []
  for (let piece = downlink.next(); piece !== undefined; piece = downlink.next()) out.push(piece.slice())
  return out
}

/** A command in the words of the vector files. */
export function describeCommand(command: ServerCommand | undefined): string {
  if (command === undefined) return 'none'
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  if (command.kind === 'unknown') return `unknown id=${command.id} data=${hex(command.data)}`
  const { host, port, uuid, alterId, level, minutes } = command
  return `switch-account host=${host} port=${port} uuid=${hex(uuid)} alter-id=${alterId} level=${level} minutes=${minutes}`
}

/** The head again, from the values that were decoded. */
export function sealResponseAgain(
  vector: Vector,
  backend: CryptoBackend,
  { responseOption, command }: AcceptedResponse,
): Uint8Array {
  const plain = encodeResponseHeader({
    responseCheck: Number(need(vector, 'check')),
    options: responseOption,
    ...(command && { command }),
  })
  const request = { key: needHex(vector, 'body-key'), iv: needHex(vector, 'body-iv') }
  if (!isLegacy(vector)) return sealResponse(responseKeys(request), plain, backend)
  const { key, iv } = legacyResponseKeys(request)
  return backend.aes128CfbEncryptor(key, iv).update(plain)
}
