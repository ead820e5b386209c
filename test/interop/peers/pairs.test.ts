/** The pairs that `config new` writes for another program: it accepts them, and they carry traffic with ours. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PairChoices, planPair } from '../../../src/operations/pair-choices.js'
import { makePairTexts, type PairTexts } from '../../../src/operations/pair-texts.js'
import type { PairPlan } from '../../../src/dialects/pair-plan.js'
import { freePorts } from '../../support/free-port.js'
import { fetchThrough, type Origin, startOrigin } from '../../support/origin.js'
import { type PeerName, peerCheck, peerMissing } from '../../support/peers.js'
import { socksUdp } from '../../support/socks-client.js'
import { startTargets, type Targets } from '../../support/targets.js'
import { runHop } from './hop.js'

const PAGE = randomBytes(300_000).toString('hex')
const ALL: readonly PeerName[] = ['xray', 'sing-box', 'mihomo', 'v2ray5']

interface Cell {
  readonly name: string
  readonly choices: PairChoices
  readonly peers: readonly PeerName[]
}

const CELLS: readonly Cell[] = [
  { name: 'tcp', choices: { transport: 'tcp', tls: 'none' }, peers: ALL },
  { name: 'tcp in TLS', choices: { transport: 'tcp', tls: 'self-signed' }, peers: ALL },
  {
    name: 'tcp with the header of HTTP',
    choices: { transport: 'tcp', header: 'http', host: 'a.example', tls: 'none' },
    peers: ['xray'],
  },
  { name: 'ws', choices: { transport: 'ws', tls: 'none' }, peers: ALL },
  {
    name: 'ws with a Host, in TLS',
    choices: { transport: 'ws', host: 'a.example', tls: 'self-signed' },
    peers: ALL,
  },
  {
    name: 'httpupgrade',
    choices: { transport: 'httpupgrade', tls: 'none' },
    peers: ['xray', 'sing-box', 'v2ray5'],
  },
  {
    name: 'httpupgrade with a Host, in TLS',
    choices: { transport: 'httpupgrade', host: 'a.example', tls: 'self-signed' },
    peers: ['xray', 'sing-box', 'v2ray5'],
  },
  {
    name: 'h2 in TLS',
    choices: { transport: 'h2', tls: 'self-signed' },
    peers: ['sing-box', 'v2ray5'],
  },
  { name: 'grpc', choices: { transport: 'grpc', tls: 'none' }, peers: ALL },
  { name: 'grpc in TLS', choices: { transport: 'grpc', tls: 'self-signed' }, peers: ALL },
  {
    name: 'the old header',
    choices: { transport: 'tcp', tls: 'none', alterId: 4 },
    peers: ['sing-box', 'mihomo'],
  },
  { name: 'three users', choices: { transport: 'tcp', tls: 'none', users: 3 }, peers: ALL },
  {
    name: 'chacha20-poly1305',
    choices: { transport: 'tcp', tls: 'none', security: 'chacha20-poly1305' },
    peers: ['xray', 'sing-box', 'mihomo'],
  },
  {
    name: 'none in TLS',
    choices: { transport: 'tcp', tls: 'self-signed', security: 'none' },
    peers: ['sing-box', 'mihomo'],
  },
  {
    name: 'zero in TLS',
    choices: { transport: 'tcp', tls: 'self-signed', security: 'zero' },
    peers: ['sing-box', 'mihomo'],
  },
]

let origin: Origin
let targets: Targets

beforeAll(async () => {
  origin = await startOrigin(PAGE)
  targets = await startTargets(1)
})

afterAll(async () => {
  await origin.close()
  await targets.stop()
})

for (const peer of ALL) {
  const missing = peerMissing(peer)
  describe.skipIf(missing !== undefined)(missing === undefined ? peer : `${peer}: ${missing}`, () => {
    describe.each(CELLS.filter(({ peers }) => peers.includes(peer)))('$name', ({ choices }) => {
      let plan: PairPlan
      let theirs: PairTexts
      let ours: PairTexts

      beforeAll(async () => {
        const [port, socksPort, httpPort] = (await freePorts(3)) as [number, number, number]
        plan = await planPair({ purpose: 'local', port, socksPort, httpPort, ...choices })
        theirs = await makePairTexts(plan, { format: peer })
        ours = await makePairTexts(plan, { format: oursFor(plan) })
      })

      it('is accepted', async () => {
        for (const part of ['server', 'client'] as const) {
          const { accepted, said } = await peerCheck(peer, textOf(theirs, part))
          expect(accepted, `${part}: ${said}`).toBe(true)
        }
      })

      it.each(['their client', 'our client'] as const)(
        'carries a page and datagrams of %s',
        async (whose) => {
          const theirClient = whose === 'their client'
          const [serverSide, clientSide] = theirClient ? (['ours', peer] as const) : ([peer, 'ours'] as const)
          const server = await runHop(serverSide, textOf(theirClient ? ours : theirs, 'server'), [plan.port])
          const client = await runHop(clientSide, textOf(theirClient ? theirs : ours, 'client'), [
            plan.local.socks,
          ])
          try {
            const isSplit = !theirClient || peer === 'xray' || peer === 'v2ray5'
            const httpPort = isSplit ? plan.local.http : plan.local.socks
            expect((await fetchThrough(`http://127.0.0.1:${httpPort}`, origin.url)) === PAGE).toBe(true)
            expect(await echoed(plan.local.socks)).toBe(true)
          } catch (error) {
            throw new Error(`${String(error)}\n${server.log()}\n${client.log()}`)
          } finally {
            await client.stop()
            await server.stop()
          }
        },
      )
    })
  })
}

function oursFor({ transport, alterId }: PairPlan) {
  if (alterId > 0) return 'v2ray4'
  return ['h2', 'kcp', 'tcp', 'ws'].includes(transport.network) ? 'v2ray4' : 'xray'
}

function textOf({ texts }: PairTexts, part: 'server' | 'client'): string {
  const found = texts.find((text) => text.part === part)
  if (found === undefined) throw new Error(`no ${part}`)
  return found.text
}

async function echoed(socksPort: number): Promise<boolean> {
  const association = await socksUdp(socksPort)
  try {
    for (const port of targets.udpEcho) {
      const datagram = randomBytes(500)
      const answer = await association.ask({ host: '127.0.0.1', port }, datagram)
      if (!answer.equals(datagram)) return false
    }
    return true
  } finally {
    association.close()
  }
}
