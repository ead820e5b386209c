/** XUDP and packetaddr with the programs they come from: one socket, several targets, both roles. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { frameClient } from '../../../src/dialects/client-frame.js'
import { clientOfPlan, type PairPlan } from '../../../src/dialects/pair-plan.js'
import type { PacketEncoding, Profile } from '../../../src/dialects/profile.js'
import type { ServerDialect } from '../../../src/dialects/server-profile.js'
import { clientOutbounds, type JsonObject } from '../../../src/operations/client-outbounds.js'
import { planPair } from '../../../src/operations/pair-choices.js'
import { makePairTexts } from '../../../src/operations/pair-texts.js'
import { freePorts } from '../../support/free-port.js'
import { type PeerName, peerMissing } from '../../support/peers.js'
import { readTold, startTellingEcho, type TellingEcho } from '../../support/port-telling-echo.js'
import { socksUdp } from '../../support/socks-client.js'
import { type Hop, runHop } from './hop.js'

interface Cell {
  readonly peer: PeerName
  readonly client: 'theirs' | 'ours'
  /** Absent: what is written when nobody says anything. */
  readonly encoding?: PacketEncoding
  readonly extra?: Partial<Profile>
  /** Whether all targets see the same port. */
  readonly cone: boolean
}

const MUX: Partial<Profile> = { mux: { enabled: true, concurrency: 8 } }
const LENGTH: Partial<Profile> = { authenticatedLength: true }
const LENGTH_AND_PADDING: Partial<Profile> = { ...LENGTH, globalPadding: true }
/** Of what fits into a datagram of v2ray 4 and what only newer programs take. */
const SIZES = [64, 1900, 7000]
const SMALL_SIZES = [64, 1900]

const CELLS: readonly Cell[] = [
  { peer: 'xray', client: 'theirs', cone: true },
  { peer: 'xray', client: 'theirs', encoding: 'xudp', extra: LENGTH, cone: true },
  { peer: 'xray', client: 'theirs', extra: MUX, cone: true },
  { peer: 'xray', client: 'ours', cone: false },
  { peer: 'xray', client: 'ours', extra: MUX, cone: false },
  { peer: 'xray', client: 'ours', encoding: 'xudp', cone: true },
  { peer: 'xray', client: 'ours', encoding: 'xudp', extra: MUX, cone: true },
  { peer: 'xray', client: 'ours', encoding: 'xudp', extra: LENGTH, cone: true },
  ...(['sing-box', 'mihomo'] as const).flatMap((peer): Cell[] => [
    { peer, client: 'theirs', cone: true },
    { peer, client: 'theirs', encoding: 'packetaddr', extra: LENGTH_AND_PADDING, cone: true },
    { peer, client: 'theirs', encoding: 'xudp', extra: LENGTH_AND_PADDING, cone: true },
    { peer, client: 'ours', cone: false },
    { peer, client: 'ours', extra: MUX, cone: false },
    { peer, client: 'ours', encoding: 'packetaddr', extra: LENGTH, cone: true },
    { peer, client: 'ours', encoding: 'xudp', cone: true },
    { peer, client: 'ours', encoding: 'xudp', extra: LENGTH, cone: true },
  ]),
]

let echoes: readonly TellingEcho[]

beforeAll(async () => {
  echoes = [await startTellingEcho(), await startTellingEcho()]
})

afterAll(() => {
  for (const echo of echoes) echo.close()
})

describe.each(CELLS)('$peer, client $client, $encoding $extra', (cell) => {
  const missing = peerMissing(cell.peer)
  it.skipIf(missing !== undefined)(`reaches every target${missing ? `: ${missing}` : ''}`, async () => {
    const { plan, hops } = await startHops(cell)
    const association = await socksUdp(plan.local.socks)
    const ports = new Set<number>()
    try {
      // Plain datagrams inside a mux stay below what a v2ray 4 would take.
      const isPlainMux = cell.client === 'ours' && cell.extra === MUX && cell.encoding === undefined
      for (const size of isPlainMux ? SMALL_SIZES : SIZES) {
        for (const { port } of echoes) {
          const datagram = randomBytes(size)
          const told = readTold(await association.ask({ host: '127.0.0.1', port }, datagram))
          expect(told.by).toBe(port)
          expect(told.rest.equals(datagram.subarray(4))).toBe(true)
          ports.add(told.seen)
        }
      }
      expect(ports.size).toBe(cell.cone ? 1 : echoes.length)
    } catch (error) {
      throw new Error(`${String(error)}\n${hops.map((hop) => hop.log()).join('\n')}`)
    } finally {
      association.close()
      for (const hop of hops) await hop.stop()
    }
  })
})

async function startHops({ peer, client, encoding, extra }: Cell) {
  const [port, socksPort, httpPort] = (await freePorts(3)) as [number, number, number]
  const plan = await planPair({ purpose: 'local', port, socksPort, httpPort, transport: 'tcp', tls: 'none' })
  const isOurs = client === 'ours'
  const { texts } = await makePairTexts(plan, { format: isOurs ? peer : 'v2ray4', side: 'server' })
  const profile = {
    ...firstClient(plan),
    ...(encoding !== undefined && { packetEncoding: encoding }),
    ...extra,
  }
  const text = await clientText(profile, isOurs ? 'v2ray4' : peer, plan)
  const server = await runHop(isOurs ? peer : 'ours', texts[0]?.text ?? '', [port])
  const hops: Hop[] = [await runHop(isOurs ? 'ours' : peer, text, [socksPort]), server]
  return { plan, hops }
}

function firstClient(plan: PairPlan): Profile {
  const [user] = plan.users
  if (user === undefined) throw new Error('a plan has a user')
  return clientOfPlan(plan, user)
}

async function clientText(profile: Profile, format: ServerDialect, plan: PairPlan): Promise<string> {
  const outbounds: readonly JsonObject[] = await clientOutbounds(profile, format)
  // JSON is YAML.
  return JSON.stringify(frameClient(outbounds, format, plan.local))
}
