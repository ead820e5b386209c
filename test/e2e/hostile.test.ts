import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePorts } from '../support/free-port.js'
import { type OurProcess, startOurProcess } from '../support/our-process.js'
import { startTargets, type Targets } from '../support/targets.js'
import { dokodemoInbound } from '../support/v2ray-config.js'
import { attack, type Attack, drip, holdIdle, idleCount } from './attacks.js'
import { type Canary, startCanary } from './canary.js'
import { httpHead, socksHead, vmessHead, vmessHeader, VMESS_USER } from './heads.js'

const ATTACK_WITHIN_MS = 60_000
const RANDOM_STREAMS = 64
const MOST_MIB = 120
/** The limit for an idle connection of the server. */
const MOST_KIB_PER_IDLE_SOCKET = 35
const HANDSHAKE_SECONDS = 1

const PROTOCOLS = ['vmess', 'socks', 'http', 'mixed', 'dokodemo-door'] as const
type Protocol = (typeof PROTOCOLS)[number]
type Ports = Readonly<Record<Protocol, number>>

let targets: Targets
let hostile: { readonly process: OurProcess; readonly ports: Ports }
let canary: Canary

beforeAll(async () => {
  targets = await startTargets(0)
  hostile = await startEveryInbound({})
  canary = await startCanary(hostile.ports.vmess, targets.greeter)
})

afterAll(async () => {
  await canary.stop()
  await hostile.process.stop()
  await targets.stop()
})

/** A whole head for each inbound that reads one; fresh each time, since VMess takes none twice. */
const HEADS: Readonly<Record<Protocol, () => Buffer>> = {
  vmess: () => vmessHead({ host: '127.0.0.1', port: targets.greeter }),
  socks: () => socksHead({ host: 'localhost', port: targets.greeter }),
  http: () => httpHead({ host: 'localhost', port: targets.greeter }),
  mixed: () => socksHead({ host: '127.0.0.1', port: targets.greeter }),
  'dokodemo-door': () => randomBytes(64),
}

describe.each(PROTOCOLS)('%s inbound', (protocol) => {
  const attacks: readonly { readonly name: string; readonly streams: () => Attack }[] = [
    {
      name: 'random bytes',
      streams: () => Array.from({ length: RANDOM_STREAMS }, (_, i) => randomBytes(1 + i * 50)),
    },
    {
      name: 'a head cut short at every byte',
      streams: () => eachByte(HEADS[protocol], (head, at) => head.subarray(0, at)),
    },
    {
      name: 'a head with one bit flipped',
      streams: () => eachByte(HEADS[protocol], flipBit),
    },
  ]
  it.each(attacks)('outlives $name', { timeout: ATTACK_WITHIN_MS }, async ({ streams }) => {
    const before = hostile.process.residentMiB()
    await attack(hostile.ports[protocol], streams())
    await expectUnharmed()
    expect(hostile.process.residentMiB() - before).toBeLessThan(MOST_MIB)
  })
})

it('answers a stranger on the vmess port with nothing at all', { timeout: ATTACK_WITHIN_MS }, async () => {
  const header = () => vmessHeader({ host: '127.0.0.1', port: targets.greeter })
  const heads = eachByte(header, flipBit)
  const answers = await attack(hostile.ports.vmess, heads)
  expect(answers.filter((answer) => answer.length > 0)).toEqual([])
})

it('holds ten thousand idle sockets in bounded memory', { timeout: ATTACK_WITHIN_MS }, async () => {
  const before = hostile.process.residentMiB()
  const { vmess, socks, http, mixed } = hostile.ports
  const count = idleCount()
  const idle = await holdIdle([vmess, socks, http, mixed], count)
  await canary.echo()
  const kibEach = (1024 * (hostile.process.residentMiB() - before)) / count
  idle.release()
  expect(kibEach).toBeLessThan(MOST_KIB_PER_IDLE_SOCKET)
  await expectUnharmed()
})

it('does not wait for ever for a head that drips in', { timeout: ATTACK_WITHIN_MS }, async () => {
  const levels = { 0: { handshake: HANDSHAKE_SECONDS } }
  const { process, ports } = await startEveryInbound({ policy: { levels } })
  await Promise.all(
    (['vmess', 'socks', 'http', 'mixed'] as const).map((name) => drip(ports[name], HEADS[name]())),
  )
  await process.stop()
})

/** The long-lived connection still works, a new one does too, and the strangers' sockets are gone. */
async function expectUnharmed(): Promise<void> {
  await canary.echo()
  await canary.echoAnew()
  await hostile.process.until('strangers are gone', 10_000, ({ open }) => {
    const sockets = open.filter((name) => name === 'TCPSocketWrap').length
    return sockets <= canary.socketsInServer
  })
}

async function startEveryInbound(extras: object): Promise<{ process: OurProcess; ports: Ports }> {
  const free = await freePorts(PROTOCOLS.length)
  const ports = Object.fromEntries(PROTOCOLS.map((protocol, i) => [protocol, free[i]])) as Record<
    Protocol,
    number
  >
  const listen = '127.0.0.1'
  const process = await startOurProcess([
    {
      log: { loglevel: 'none' },
      inbounds: [
        { listen, port: ports.vmess, protocol: 'vmess', settings: { clients: [VMESS_USER] } },
        { listen, port: ports.socks, protocol: 'socks', settings: { udp: true } },
        { listen, port: ports.http, protocol: 'http' },
        { listen, port: ports.mixed, protocol: 'mixed' },
        dokodemoInbound(ports['dokodemo-door'], { host: listen, port: targets.greeter }),
      ],
      // Wherever a damaged head points: nothing leaves this machine.
      outbounds: [{ protocol: 'freedom', settings: { redirect: `${listen}:${targets.greeter}` } }],
      ...extras,
    },
  ])
  return { process, ports }
}

/** One fresh head for each of its bytes, damaged there. No two heads need be equally long. */
function eachByte(makeHead: () => Buffer, damage: (head: Buffer, at: number) => Buffer): Buffer[] {
  const damaged: Buffer[] = []
  for (let at = 0, head = makeHead(); at < head.length; at++, head = makeHead())
    damaged.push(damage(head, at))
  return damaged
}

function flipBit(bytes: Buffer, at: number): Buffer {
  const flipped = Buffer.from(bytes)
  flipped[at] = (flipped[at] as number) ^ (1 << (at % 8))
  return flipped
}
