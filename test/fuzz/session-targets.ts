/** Both sessions of VMess: damaged as it is on the wire, and damaged before it was sealed. */
import { makeDestination } from '../../src/address/destination.js'
import { concat, equal } from '../../src/bytes/bytes.js'
import { nodeBackend } from '../../src/crypto/node-backend.js'
import type { Clock } from '../../src/ports/ports.js'
import { sealAuthId } from '../../src/vmess/auth-id.js'
import { OPTION } from '../../src/vmess/body-plan.js'
import { ClientSession } from '../../src/vmess/client-session.js'
import { responseKeys, sealRequest, sealResponse } from '../../src/vmess/envelope.js'
import { legacyResponseKeys, sealLegacyRequest } from '../../src/vmess/legacy-head.js'
import { encodeResponseHeader } from '../../src/vmess/response-header.js'
import { ServerSession } from '../../src/vmess/server-session.js'
import { SessionHistory } from '../../src/vmess/session-history.js'
import { legacyClientId, makeUser } from '../../src/vmess/user.js'
import { UserTable } from '../../src/vmess/user-table.js'
import type { Dice } from './dice.js'
import type { Target } from './harness.js'
import { PLAIN_HEADERS, withChecksum } from './header-targets.js'
import { cut } from './mutate.js'

const SECONDS = 1_700_000_000
const clock: Clock = () => SECONDS * 1000
const user = makeUser({ uuid: Uint8Array.from({ length: 16 }, (_, i) => i), alterId: 1, email: 'fuzz' })

/** Every number that the client draws; so its keys and its check byte are known. */
const DRAWN = 7
const drawn = (size: number): Uint8Array => new Uint8Array(size).fill(DRAWN)
const REQUEST_KEYS = { key: drawn(16), iv: drawn(16) }

function makeClient(legacy: boolean): ClientSession {
  return new ClientSession({
    user,
    legacy,
    command: 'tcp',
    destination: makeDestination('example.com', 443),
    security: 'aes-128-gcm',
    options: OPTION.chunkStream | OPTION.chunkMasking,
    clock,
    random: drawn,
  })
}

function request(legacy: boolean): Uint8Array {
  const client = makeClient(legacy)
  return concat([client.head, ...client.uplink.encode(drawn(50))])
}

interface Session<Accepted> {
  receive(bytes: Uint8Array): void
  next(): Accepted | undefined
  finish(): void
}

/** Runs a session to its end. What it accepted must not change when the memory it was lent does. */
function drive<Accepted extends { rest: Uint8Array }>(
  session: Session<Accepted>,
  pieces: Iterable<Uint8Array>,
): unknown {
  let accepted: Accepted | undefined
  let rest = new Uint8Array(0)
  for (const piece of pieces) {
    session.receive(piece)
    accepted = session.next()
    if (accepted === undefined) continue
    rest = Uint8Array.from(accepted.rest)
    break
  }
  if (accepted === undefined) session.finish()
  else if (!equal(accepted.rest, rest)) throw new RangeError('the rest is borrowed')
  return [session, accepted]
}

function serve(pieces: Iterable<Uint8Array>, dice: Dice): unknown {
  const session = new ServerSession({
    users: new UserTable([user], clock),
    history: new SessionHistory(clock),
    random: (size) => dice.bytes(size),
  })
  return drive(session, pieces)
}

function answer(pieces: Iterable<Uint8Array>, legacy: boolean): unknown {
  return drive(makeClient(legacy), pieces)
}

function sealAead(header: Uint8Array, random: (size: number) => Uint8Array): Uint8Array {
  const authId = sealAuthId(user, { seconds: SECONDS, random, backend: nodeBackend })
  return sealRequest({ commandKey: user.commandKey, authId, connectionNonce: random(8) }, header, nodeBackend)
}

function sealLegacy(header: Uint8Array): Uint8Array {
  const seal = { commandKey: user.commandKey, id: legacyClientId(user), seconds: SECONDS }
  return sealLegacyRequest(seal, header, nodeBackend)
}

function sealLegacyResponse(header: Uint8Array): Uint8Array {
  const { key, iv } = legacyResponseKeys(REQUEST_KEYS)
  return nodeBackend.aes128CfbEncryptor(key, iv).update(header)
}

const RESPONSES = [
  encodeResponseHeader({ responseCheck: DRAWN, options: 0 }),
  encodeResponseHeader({
    responseCheck: DRAWN,
    options: 1,
    command: { kind: 'unknown', id: 9, data: Uint8Array.of(1, 2, 3) },
  }),
]

export const SESSION_TARGETS: readonly Target[] = [
  {
    name: 'server-session',
    samples: [request(false), request(true)],
    run: (input, dice) => serve(cut(input, dice), dice),
  },
  {
    name: 'server-session-inside',
    samples: PLAIN_HEADERS,
    run(input, dice) {
      const header = dice.below(8) === 0 ? input : withChecksum(input)
      const random = (size: number): Uint8Array => dice.bytes(size)
      const head = dice.below(2) === 0 ? sealLegacy(header) : sealAead(header, random)
      return serve(cut(concat([head, random(dice.below(64))]), dice), dice)
    },
  },
  {
    name: 'client-session',
    samples: RESPONSES.map((header) => sealResponse(responseKeys(REQUEST_KEYS), header, nodeBackend)),
    run: (input, dice) => answer(cut(input, dice), false),
  },
  {
    name: 'client-session-inside',
    samples: RESPONSES,
    run(input, dice) {
      const legacy = dice.below(2) === 0
      const head = legacy
        ? sealLegacyResponse(input)
        : sealResponse(responseKeys(REQUEST_KEYS), input, nodeBackend)
      return answer(cut(head, dice), legacy)
    },
  },
]
