/** What no pair of `config new` has, with Xray and sing-box in both roles: early data, mux, multi mode, options, mKCP. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { frameClient } from '../../../src/dialects/client-frame.js'
import { clientOfPlan, type PairPlan } from '../../../src/dialects/pair-plan.js'
import type { Profile, ProfileTransport } from '../../../src/dialects/profile.js'
import type { ServerDialect } from '../../../src/dialects/server-profile.js'
import { clientOutbounds } from '../../../src/operations/client-outbounds.js'
import { type PairChoices, planPair } from '../../../src/operations/pair-choices.js'
import { makePairTexts } from '../../../src/operations/pair-texts.js'
import { freePorts } from '../../support/free-port.js'
import { fetchThrough, type Origin, startOrigin } from '../../support/origin.js'
import { type PeerName, peerMissing } from '../../support/peers.js'
import { runHop } from './hop.js'

const PAGE = randomBytes(1_500_000).toString('hex')
/** Pages asked for at once: more than one makes mux worth it. */
const AT_ONCE = 4
const CARRIED_WITHIN_MS = 20_000

interface Cell {
  readonly name: string
  readonly peers: readonly PeerName[]
  readonly choices: PairChoices
  readonly transport?: ProfileTransport
  readonly extra?: Partial<Profile>
  /** What only one side may ask for. */
  readonly whose?: readonly Whose[]
  /** How many pages are asked for at once; four unless given. */
  readonly atOnce?: number
  /** Instead of what we write, where we write nothing. */
  readonly theirStream?: object
}
const WHOSE = ['their client', 'our client'] as const
type Whose = (typeof WHOSE)[number]

const PLAIN: PairChoices = { transport: 'tcp', tls: 'none' }
const ALL: readonly PeerName[] = ['xray', 'sing-box', 'mihomo']
const MUX: Partial<Profile> = { mux: { enabled: true, concurrency: 8 } }
const EARLY: ProfileTransport = {
  network: 'ws',
  host: '',
  path: '/early',
  earlyData: { bytes: 2048, header: 'Sec-WebSocket-Protocol' },
}
const mask = (...udp: readonly object[]): object => ({ network: 'kcp', finalmask: { udp } })

const CELLS: readonly Cell[] = [
  { name: 'ws with early data', peers: ALL, choices: { ...PLAIN, transport: 'ws' }, transport: EARLY },
  { name: 'mux', peers: ['xray'], choices: PLAIN, extra: MUX },
  {
    // Several downloads in one mux break in a server of sing-box 1.14.1, with clients of Xray and V2Ray too.
    name: 'mux of ours',
    peers: ['sing-box', 'mihomo'],
    choices: PLAIN,
    extra: MUX,
    whose: ['our client'],
    atOnce: 1,
  },
  { name: 'mux in ws', peers: ['xray'], choices: { ...PLAIN, transport: 'ws' }, extra: MUX },
  { name: 'authenticated length', peers: ALL, choices: PLAIN, extra: { authenticatedLength: true } },
  {
    name: 'global padding',
    peers: ['sing-box', 'mihomo'],
    choices: PLAIN,
    extra: { globalPadding: true, security: 'chacha20-poly1305' },
    whose: ['their client'],
  },
  {
    name: 'grpc in multi mode',
    peers: ['xray'],
    choices: { ...PLAIN, transport: 'grpc' },
    transport: { network: 'grpc', serviceName: 'a.b', mode: 'multi', authority: '' },
  },
  {
    name: 'kcp',
    peers: ['xray'],
    choices: { transport: 'kcp', seed: '' },
    theirStream: mask({ type: 'mkcp-original' }),
  },
  {
    name: 'kcp with a header and a seed',
    peers: ['xray'],
    choices: { transport: 'kcp', seed: 'a-seed', header: 'utp' },
    transport: { network: 'kcp', header: 'utp', seed: 'a-seed' },
    theirStream: mask({ type: 'header-utp' }, { type: 'mkcp-aes128gcm', settings: { password: 'a-seed' } }),
  },
]

let origin: Origin

beforeAll(async () => {
  origin = await startOrigin(PAGE)
})

afterAll(() => origin.close())

for (const peer of ALL) {
  const missing = peerMissing(peer)
  describe.skipIf(missing !== undefined)(missing === undefined ? peer : `${peer}: ${missing}`, () => {
    describe.each(CELLS.filter(({ peers }) => peers.includes(peer)))('$name', (cell) => {
      it.each(cell.whose ?? WHOSE)('carries pages of %s', { timeout: CARRIED_WITHIN_MS }, async (whose) => {
        const plan = await planOf(cell)
        const theirs = whose === 'their client'
        const server = theirs ? await ourServer(plan) : await theirServer(plan, peer, cell)
        const client = theirs ? await theirClient(plan, peer, cell) : await ourClient(plan, cell)
        const proxy = `http://127.0.0.1:${theirs && peer !== 'xray' ? plan.local.socks : plan.local.http}`
        try {
          const pages = await Promise.all(
            Array.from({ length: cell.atOnce ?? AT_ONCE }, () => fetchThrough(proxy, origin.url)),
          )
          expect(pages.map((page) => page === PAGE)).toEqual(pages.map(() => true))
        } catch (error) {
          throw new Error(`${String(error)}\n${server.log()}\n${client.log()}`)
        } finally {
          await client.stop()
          await server.stop()
        }
      })
    })
  })
}

async function planOf({ choices, transport }: Cell): Promise<PairPlan> {
  const [port, socksPort, httpPort] = (await freePorts(3)) as [number, number, number]
  const plan = await planPair({ purpose: 'local', port, socksPort, httpPort, ...choices })
  return transport === undefined ? plan : { ...plan, transport }
}

/** Ours reads what is written for Xray, but for kcp. */
function ownDialect({ transport: { network } }: PairPlan): ServerDialect {
  return network === 'kcp' ? 'v2ray4' : 'xray'
}

async function serverText(plan: PairPlan, format: ServerDialect): Promise<string> {
  const { texts } = await makePairTexts(plan, { format, side: 'server' })
  return texts[0]?.text ?? ''
}

async function clientText(plan: PairPlan, format: ServerDialect, extra: Partial<Profile>): Promise<string> {
  const [user] = plan.users
  if (user === undefined) throw new Error('a plan has a user')
  const outbounds = await clientOutbounds({ ...clientOfPlan(plan, user), ...extra }, format)
  return JSON.stringify(frameClient(outbounds, format, plan.local))
}

const ourServer = async (plan: PairPlan) => runHop('ours', await serverText(plan, ownDialect(plan)), [])
const ourClient = async (plan: PairPlan, { extra = {} }: Cell) =>
  runHop('ours', await clientText(plan, ownDialect(plan), extra), [])

/** Nobody can knock at a port of UDP: there a second inbound says that it is up. */
async function theirServer(plan: PairPlan, peer: PeerName, { theirStream }: Cell) {
  if (theirStream === undefined) return runHop(peer, await serverText(plan, peer), [plan.port])
  const config = JSON.parse(await serverText(plan, 'v2ray4'))
  Object.assign(config.inbounds[0], { streamSettings: theirStream })
  const [ready] = (await freePorts(1)) as [number]
  config.inbounds.push({ listen: '127.0.0.1', port: ready, protocol: 'socks' })
  return runHop(peer, JSON.stringify(config), [ready])
}

async function theirClient(plan: PairPlan, peer: PeerName, { theirStream, extra = {} }: Cell) {
  if (theirStream === undefined) return runHop(peer, await clientText(plan, peer, extra), [plan.local.socks])
  const config = JSON.parse(await clientText(plan, 'v2ray4', extra))
  Object.assign(config.outbounds[0], { streamSettings: theirStream })
  return runHop(peer, JSON.stringify(config), [plan.local.socks])
}
