/** Whole heads, as an honest application or client sends them, with the first bytes that follow. */
import { parseUserId } from '../../src/account/uuid.js'
import { makeDestination } from '../../src/address/destination.js'
import { systemClock, systemRandom } from '../../src/ports/ports.js'
import { ClientSession } from '../../src/vmess/client-session.js'
import { makeUser } from '../../src/vmess/user.js'
import type { Place } from '../support/socks-client.js'

export const VMESS_USER = { id: 'b831381d-6324-4d53-ad4f-8cda48b30811', alterId: 0, security: 'aes-128-gcm' }
const MASKED_AND_PADDED = 0x0d

/** A request header alone. */
export function vmessHeader(to: Place): Buffer {
  return Buffer.from(openSession(to).head)
}

/** A request header and a first chunk. */
export function vmessHead(to: Place): Buffer {
  const session = openSession(to)
  return Buffer.concat([session.head, ...session.uplink.encode(Buffer.from('first words'))])
}

function openSession({ host, port }: Place): ClientSession {
  const { uuid } = parseUserId(VMESS_USER.id)
  return new ClientSession({
    user: makeUser({ uuid, alterId: 0, email: '', level: 0 }),
    legacy: false,
    command: 'tcp',
    destination: makeDestination(host, port),
    security: 'aes-128-gcm',
    options: MASKED_AND_PADDED,
    clock: systemClock,
    random: systemRandom,
  })
}

export function socksHead({ host, port }: Place): Buffer {
  const tail = Buffer.alloc(2)
  tail.writeUInt16BE(port)
  const name = Buffer.from(host)
  return Buffer.concat([Buffer.from([5, 1, 0]), Buffer.from([5, 1, 0, 3, name.length]), name, tail])
}

export function httpHead({ host, port }: Place): Buffer {
  return Buffer.from(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`)
}
