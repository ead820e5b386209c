/** A VMess inbound in memory, and clients that speak to it: rightly, or in every wrong way. */
import type { VmessUserConfig } from '../../src/config/config.js'
import { makeVmessInbound } from '../../src/inbound/vmess.js'
import type { Random } from '../../src/ports/ports.js'
import type { Recorder } from '../../src/testing.js'
import { makeFakeClock, makeSeededRandom } from '../../src/testing/fakes.js'
import { ClientSession, type ClientSessionOptions } from '../../src/vmess/client-session.js'
import { makeUser } from '../../src/vmess/user.js'
import type { FakeOutboundOptions } from './engine-fakes.js'
import { LISTEN, makeInboundBench, STREAM, turns } from './inbound-bench.js'
import { SITE } from './vmess-fixtures.js'

const draw = makeSeededRandom(5)

export const ADA: VmessUserConfig = { uuid: draw(16), alterId: 0, level: 3, email: 'ada@example.com' }
export const BOB: VmessUserConfig = { uuid: draw(16), alterId: 0, level: 0, email: '' }
export const OLD: VmessUserConfig = { uuid: draw(16), alterId: 2, level: 0, email: 'old@example.com' }
export const STRANGER: VmessUserConfig = { uuid: draw(16), alterId: 0, level: 0, email: '' }

/** What `random` gives wherever the inbound asks. */
export const DICE = 7
const constant: Random = (size) => new Uint8Array(size).fill(DICE)

export interface VmessInboundScene extends FakeOutboundOptions {
  readonly disableInsecureEncryption?: boolean
  /** ADA, BOB and OLD, unless given. */
  readonly users?: readonly VmessUserConfig[]
}

export async function startVmess({
  disableInsecureEncryption = false,
  users = [ADA, BOB, OLD],
  ...options
}: VmessInboundScene = {}) {
  const bench = makeInboundBench(options)
  const clock = makeFakeClock()
  const surroundings = { ...bench.surroundings, random: constant, clock }
  const settings = { users, disableInsecureEncryption }
  const inbound = makeVmessInbound(
    { tag: 'in', protocol: 'vmess', listen: LISTEN, stream: STREAM, settings },
    surroundings,
  )
  await inbound.start()
  return { ...bench, inbound, clock }
}

export interface ClientOptions extends Partial<Omit<ClientSessionOptions, 'user'>> {
  readonly user?: VmessUserConfig
  /** Seconds by which the clock of this client goes wrong. */
  readonly skew?: number
}

const clientRandom = makeSeededRandom(99)

export function clientOf({ user = ADA, skew = 0, ...options }: ClientOptions = {}): ClientSession {
  const clock = makeFakeClock()
  clock.advance(skew * 1_000)
  return new ClientSession({
    user: makeUser(user),
    legacy: false,
    command: 'tcp',
    destination: SITE,
    security: 'aes-128-gcm',
    options: 0x0d,
    clock,
    random: clientRandom,
    ...options,
  })
}

/** Writes parts and lets everything happen that they cause. */
export async function say(client: Recorder, ...parts: readonly Uint8Array[]): Promise<void> {
  for (const part of parts) {
    client.connection.write(Uint8Array.from(part))
    await turns(() => client.closes > 0, 2)
  }
}

/** What a client reads: the response header, then the plaintext of its body. */
export function readResponse(session: ClientSession, bytes: Uint8Array) {
  session.receive(bytes)
  const response = session.next()
  if (response === undefined) throw new Error('no whole response header')
  const pieces: Uint8Array[] = []
  response.downlink.receive(response.rest)
  for (let out = response.downlink.next(); out !== undefined; out = response.downlink.next()) pieces.push(out)
  response.downlink.finish()
  return { response, pieces, text: Buffer.concat(pieces).toString(), ended: response.downlink.ended }
}
