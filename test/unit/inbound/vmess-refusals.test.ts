/** Whom the VMess inbound refuses: what a stranger sees of it, and what the log says (protocol §7.1). */
import { describe, expect, it } from 'vitest'
import { toHex } from '../../../src/bytes/bytes.js'
import { drainDepthOf } from '../../../src/tunnel/drain.js'
import * as naive from '../../support/naive-vmess.js'
import { turns } from '../../support/inbound-bench.js'
import { concat } from '../../support/vmess-fixtures.js'
import {
  ADA,
  BOB,
  clientOf,
  type ClientOptions,
  DICE,
  OLD,
  say,
  startVmess,
  STRANGER,
} from '../../support/vmess-inbound.js'

type Scene = Awaited<ReturnType<typeof startVmess>>

const { base, spread } = drainDepthOf(
  'server',
  [ADA, BOB, OLD].map(({ uuid }) => uuid),
)
const DRAINED = base + (DICE % spread)

const head = (options: ClientOptions = {}): Uint8Array => clientOf(options).head

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = (copy[at] as number) ^ 1
  return copy
}

const withLastFlipped = (bytes: Uint8Array): Uint8Array => flipped(bytes, bytes.length - 1)

/** A head that opens, made by hand where our own client cannot write it. */
function handmade(header: Partial<naive.NaiveHeader>): Uint8Array {
  const plain = naive.plainHeader({
    iv: Buffer.alloc(16, header.check ?? 1),
    key: Buffer.alloc(16, 2),
    check: 3,
    options: 0x0d,
    security: 3,
    command: 1,
    address: naive.ipv4(80, 1, 2, 3, 4),
    padding: Buffer.alloc(0),
    ...header,
  })
  const random = Buffer.from(head().subarray(0, 4))
  const seal = { uuid: ADA.uuid, seconds: 1_700_000_000, random, nonce: Buffer.alloc(8, 9) }
  return concat(naive.aeadHead(seal, plain))
}

/** Sends a byte at a time after `start` until the connection closes; how many bytes it took in all. */
async function bytesUntilClosed({ connect }: Scene, start: Uint8Array) {
  const client = await connect()
  await say(client, start)
  let sent = start.length
  while (client.closes === 0 && sent < 5_000) {
    await say(client, Uint8Array.of(sent & 0xff))
    sent++
  }
  return { sent, received: client.received, ends: client.ends, closes: client.closes }
}

interface Cause {
  readonly name: string
  readonly start: () => Uint8Array
  readonly code: string
  readonly reason: RegExp
  readonly user?: string
  /** Sent on a connection of its own before. */
  readonly before?: boolean
}

const CAUSES: readonly Cause[] = [
  {
    name: 'an unknown user',
    start: () => head({ user: STRANGER }),
    code: 'VMESS_UNKNOWN_USER',
    reason: /an id that is not ours/,
  },
  {
    name: 'a clock 121 s behind',
    start: () => head({ skew: -121 }),
    code: 'VMESS_CLOCK_SKEW',
    reason: /121 s behind ours; 120 s are allowed/,
    user: 'ada@example.com',
  },
  {
    name: 'a clock 121 s ahead',
    start: () => head({ skew: 121, user: BOB }),
    code: 'VMESS_CLOCK_SKEW',
    reason: /121 s ahead of ours/,
    user: `${toHex(BOB.uuid).slice(0, 4)}`,
  },
  {
    name: 'a replay',
    start: () => REPLAYED,
    before: true,
    code: 'VMESS_REPLAY',
    reason: /seen before/,
    user: 'ada@example.com',
  },
  {
    name: 'a sealed length that does not open',
    start: () => flipped(head(), 17),
    code: 'VMESS_HEADER_LENGTH_TAG',
    reason: /sealed length/,
    user: 'ada@example.com',
  },
  {
    name: 'a connection nonce that was altered',
    start: () => flipped(head(), 35),
    code: 'VMESS_HEADER_LENGTH_TAG',
    reason: /sealed length/,
    user: 'ada@example.com',
  },
  {
    name: 'a sealed header that does not open',
    start: () => flipped(head(), 60),
    code: 'VMESS_HEADER_TAG',
    reason: /sealed request header/,
    user: 'ada@example.com',
  },
  {
    name: 'a legacy head of a user without alter ids',
    start: () => head({ legacy: true }),
    code: 'VMESS_UNKNOWN_USER',
    reason: /ada@example\.com sends a legacy header .*set alterId to 0/,
  },
  {
    name: 'a legacy head that was altered',
    start: () => withLastFlipped(head({ legacy: true, user: OLD })),
    code: 'VMESS_CHECKSUM',
    reason: /checksum/,
    user: 'old@example.com',
  },
  {
    name: 'HTTP',
    start: () => Buffer.from('GET /ray HTTP/1.1\r\nHost: a.example\r\n\r\n'),
    code: 'VMESS_UNKNOWN_USER',
    reason: /speaks HTTP.*asks for \/ray/,
  },
  {
    name: 'TLS',
    start: () => concat([Buffer.from('16030100c8010000c40303', 'hex'), new Uint8Array(60)]),
    code: 'VMESS_UNKNOWN_USER',
    reason: /speaks TLS/,
  },
  {
    name: 'SOCKS 5',
    start: () => concat([Uint8Array.of(5, 1, 0), new Uint8Array(20)]),
    code: 'VMESS_UNKNOWN_USER',
    reason: /SOCKS5/,
  },
  {
    name: 'SSH',
    start: () => Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'),
    code: 'VMESS_UNKNOWN_USER',
    reason: /SSH/,
  },
]

const REPLAYED = head()

/** Neither with nor without dashes, nor half of it. */
function expectNoIds(lines: readonly unknown[]): void {
  const written = JSON.stringify(lines).replaceAll('-', '')
  for (const { uuid } of [ADA, BOB, OLD, STRANGER]) expect(written).not.toContain(toHex(uuid).slice(0, 12))
}

describe('a stranger', () => {
  it('is read further than any head is long, in this configuration', () => {
    expect(DRAINED).toBeGreaterThan(500)
    expect(DRAINED).toBeLessThan(5_000)
  })

  it.each(CAUSES)('with $name sees the same as all others', async ({ start, before, ...cause }) => {
    const scene = await startVmess()
    if (before === true) await say(await scene.connect(), start())
    const seen = await bytesUntilClosed(scene, start())
    expect(seen).toEqual({ sent: DRAINED, received: 0, ends: 0, closes: 1 })
    const line = scene.lines.find(({ message }) => message === 'rejected')
    expect(line).toMatchObject({ level: 'warning', fields: { inbound: 'in', code: cause.code } })
    expect(String(line?.fields.reason)).toMatch(cause.reason)
    if (cause.user !== undefined) expect(String(line?.fields.user)).toContain(cause.user)
    expect(String(line?.fields.source)).toMatch(/^127\.0\.0\.1:\d+$/)
    expectNoIds(scene.lines)
  })

  it('sees the same when all of it comes in one write', async () => {
    const { connect } = await startVmess()
    for (const extra of [-1, 0]) {
      const client = await connect()
      const start = head({ user: STRANGER })
      await say(client, concat([start, new Uint8Array(DRAINED + extra - start.length)]))
      expect([client.closes, client.received]).toEqual([extra === 0 ? 1 : 0, 0])
      client.connection.abort()
    }
  })

  it('who stops or ends is let go without a byte', async () => {
    const { connect, time } = await startVmess()
    const [ending, waiting] = [await connect(), await connect()]
    for (const client of [ending, waiting]) await say(client, head({ user: STRANGER }))
    ending.connection.end()
    await ending.untilClosed()
    expect(waiting.closes).toBe(0)
    time.advance(62_000)
    await waiting.untilClosed()
    expect([ending.received, waiting.received]).toEqual([0, 0])
  })

  it('is looked up between the turns of others where there are many legacy ids', async () => {
    const many = Array.from({ length: 10 }, (_, i) => ({
      ...OLD,
      uuid: new Uint8Array(16).fill(i + 1),
      alterId: 4_095,
    }))
    const { connect, lines } = await startVmess({ users: many })
    const client = await connect()
    await say(client, head({ user: STRANGER }))
    expect(lines).toEqual([])
    while (lines.length === 0) await new Promise(setImmediate)
    expect(lines).toMatchObject([{ fields: { code: 'VMESS_UNKNOWN_USER' } }])
    client.connection.abort()
    await client.untilClosed()
  })

  it('costs nothing where the log would not tell it', async () => {
    const { connect, surroundings, lines } = await startVmess()
    surroundings.logger.writes = (level) => level === 'error'
    const client = await connect()
    await say(client, head({ user: STRANGER }))
    client.connection.end()
    await client.untilClosed()
    expect(lines.filter(({ level }) => level === 'warning')).toEqual([])
  })

  it('cannot make the log explain more than once in a second', async () => {
    const { connect, lines, clock } = await startVmess()
    const reasons = async (): Promise<string> => {
      await say(await connect(), Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
      return String(lines.at(-1)?.fields.reason)
    }
    expect(await reasons()).toMatch(/HTTP/)
    clock.advance(999)
    expect(await reasons()).toBe('no user matches the request')
    expect(await reasons()).toBe('no user matches the request')
    clock.advance(1)
    expect(await reasons()).toMatch(/HTTP/)
    // A clock that is set back must not end the explanations.
    clock.advance(-3_600_000)
    expect(await reasons()).toMatch(/HTTP/)
    expect(lines.length).toBe(5)
  })
})

interface Mistake {
  readonly name: string
  readonly start: () => Uint8Array
  readonly code: string
  readonly before?: () => Uint8Array
  readonly strict?: boolean
}

const MISTAKES: readonly Mistake[] = [
  { name: 'an unknown command', start: () => handmade({ command: 4 }), code: 'VMESS_COMMAND' },
  { name: 'an unknown cipher', start: () => handmade({ security: 2 }), code: 'VMESS_SECURITY' },
  { name: 'padding without masking', start: () => handmade({ options: 0x09 }), code: 'VMESS_OPTIONS' },
  { name: 'a wrong checksum', start: () => handmade({ checksum: 5 }), code: 'VMESS_CHECKSUM' },
  {
    name: 'an unknown address type',
    start: () => handmade({ address: Buffer.from('005009', 'hex') }),
    code: 'VMESS_ADDRESS_TYPE',
  },
  {
    name: 'keys that were used before',
    start: () => handmade({ check: 8 }),
    before: () => handmade({ check: 8 }),
    code: 'VMESS_REPLAY',
  },
  {
    name: 'security none where it is refused',
    start: () => head({ security: 'none', options: 0x05 }),
    code: 'VMESS_SECURITY',
    strict: true,
  },
  {
    name: 'aes-128-cfb where it is refused',
    start: () => head({ security: 'aes-128-cfb', options: 0x01 }),
    code: 'VMESS_SECURITY',
    strict: true,
  },
]

describe('a user', () => {
  it.each(MISTAKES)('with $name is closed at once', async ({ start, before, code, strict = false }) => {
    const scene = await startVmess({ disableInsecureEncryption: strict })
    if (before !== undefined) await say(await scene.connect(), before())
    const client = await scene.connect()
    await say(client, start())
    await turns(() => client.closes > 0, 5)
    expect([client.closes, client.received]).toEqual([1, 0])
    expect(scene.lines.at(-1)).toMatchObject({ message: 'rejected', fields: { code, user: ADA.email } })
    expectNoIds(scene.lines)
  })

  it('keeps an AEAD where insecure ciphers are refused', async () => {
    const { connect, target } = await startVmess({ disableInsecureEncryption: true })
    for (const [index, security] of (['aes-128-gcm', 'chacha20-poly1305'] as const).entries()) {
      await say(await connect(), head({ security }))
      await target(index)
    }
  })
})
