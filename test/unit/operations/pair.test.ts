import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseShareLink } from '../../../src/dialects/share-link.js'
import { makePair, type Pair, writeOneSide, writePair } from '../../../src/operations/pair.js'
import { type PairChoices, planPair } from '../../../src/operations/pair-choices.js'
import { complaintAboutFolder } from '../../../src/operations/pair-files.js'
import { PAIR_WORDS, type PairFormat, type PairTransport } from '../../../src/operations/pair-values.js'
import { rejectionOf } from '../../support/fault-of.js'
import { makeFolder } from '../../support/spawned-program.js'

const ID = 'b831381d-6324-4d53-ad4f-8cda48b30811'
const SELF = { certificate: 'CERT\n', key: 'KEY\n', sha256: 'ab'.repeat(32) }

async function plan(choices: PairChoices) {
  return planPair({ address: 'vpn.example.com', ...choices }, { makeCertificate: async () => SELF })
}

describe('a plan', () => {
  it('needs an address and nothing else', async () => {
    expect(await plan({})).toMatchObject({
      purpose: 'internet',
      address: 'vpn.example.com',
      port: 443,
      listen: { host: '0.0.0.0', port: 443 },
      transport: { network: 'tcp', header: 'none' },
      tls: { mode: 'self-signed', serverName: 'vpn.example.com' },
      users: [{ name: 'user1' }],
      security: 'auto',
      alterId: 0,
      local: { socks: 1080, http: 1081 },
    })
    expect(await rejectionOf(planPair({}))).toMatchObject({
      code: 'CLI_INPUT_MISSING',
      what: '--address is needed',
    })
  })

  it('of a trial stays on this machine, in the clear', async () => {
    expect(await planPair({ purpose: 'local' })).toMatchObject({
      address: '127.0.0.1',
      port: 10_086,
      listen: { host: '127.0.0.1' },
      tls: { mode: 'none' },
    })
    expect(await plan({ purpose: 'local', address: '192.168.1.5' })).toMatchObject({
      listen: { host: '0.0.0.0' },
    })
  })

  it('behind a web server leaves TLS to it', async () => {
    expect(await plan({ purpose: 'web' })).toMatchObject({
      port: 443,
      listen: { host: '127.0.0.1', port: 10_000 },
      transport: { network: 'ws' },
      tls: { mode: 'front', serverName: 'vpn.example.com' },
    })
  })

  it('makes every path, service name, seed and id anew', async () => {
    const [a, b] = [await plan({ transport: 'ws' }), await plan({ transport: 'ws' })]
    expect(a.transport).not.toEqual(b.transport)
    expect(a.users[0]?.uuid).not.toEqual(b.users[0]?.uuid)
    expect(await plan({ transport: 'grpc' })).toMatchObject({
      transport: { serviceName: expect.stringMatching(/^[0-9a-f]{12}$/) },
    })
  })

  it('listens for IPv6 where clients come by IPv6', async () => {
    expect(await plan({ address: '[2001:DB8::1]' })).toMatchObject({
      address: '2001:db8::1',
      listen: { host: '::' },
    })
  })

  it('takes the Host for the name of an address that is a number', async () => {
    const { tls } = await plan({ address: '203.0.113.7', transport: 'ws', host: 'cdn.example.com' })
    expect(tls).toMatchObject({ serverName: 'cdn.example.com' })
  })

  it('makes the certificate for every name of the server', async () => {
    const asked: (readonly string[])[] = []
    await planPair(
      { address: '203.0.113.7', serverName: 'a.example' },
      {
        makeCertificate: async (hosts) => {
          asked.push(hosts)
          return SELF
        },
      },
    )
    expect(asked).toEqual([['a.example', '203.0.113.7']])
  })

  it.each<[string, PairChoices, string]>([
    ['an address with a port', { address: 'a.example:443' }, '--address is neither'],
    ['an address with a scheme', { address: 'https://a.example' }, '--address is neither'],
    ['no address at all', { address: '' }, '--address is empty'],
    ['all interfaces', { address: '0.0.0.0' }, '--address is no address that clients'],
    ['half an IPv4 address', { address: '1.2.3' }, '--address looks like'],
    ['an IPv4 address too large', { address: '1.2.3.256' }, '--address looks like'],
    ['port 0', { port: 0 }, '--port is not a port'],
    ['a port above the last', { port: 65_536 }, '--port is not a port'],
    ['listening on port 0', { listen: { host: '::', port: 0 } }, '--listen has no port'],
    ['a path without a slash', { transport: 'ws', path: 'x' }, '--path must begin'],
    ['a path with early data', { transport: 'ws', path: '/x?ed=2048' }, '--path holds ? or #'],
    ['a path with a line break', { transport: 'ws', path: '/x\r\nHost: y' }, '--path holds a character'],
    ['a path without end', { transport: 'ws', path: `/${'x'.repeat(256)}` }, '--path has more than'],
    ['a Host with a space', { transport: 'ws', host: 'a b' }, '--host is not'],
    ['a server name that is none', { serverName: 'a/b' }, '--sni is not'],
    ['a service name with a slash', { transport: 'grpc', serviceName: 'a/b' }, '--service-name must'],
    ['a seed with a space', { transport: 'kcp', seed: 'a b' }, '--seed must'],
    ['two users of one name', { names: ['bob', 'Bob'] }, '--name of users must differ'],
    ['a name that is a path', { names: ['../bob'] }, '--name of users are letters'],
    ['no users', { names: [] }, '--name of users are missing'],
    ['alterId out of range', { alterId: 65_536 }, '--alter-id is not'],
    ['kcp in TLS', { transport: 'kcp', tls: 'self-signed' }, '--tls does not go with kcp'],
    ['h2 without TLS', { transport: 'h2', tls: 'none' }, '--tls is needed'],
    ['tcp behind a web server', { purpose: 'web', transport: 'tcp' }, '--transport tcp does not pass'],
    ['TLS of its own behind a web server', { purpose: 'web', tls: 'none' }, '--tls of a pair behind'],
    ['a header of kcp on tcp', { transport: 'tcp', header: 'utp' }, '--header utp is none of tcp'],
    ['a header of tcp on kcp', { transport: 'kcp', header: 'http' }, '--header http is none of kcp'],
    ['a header on ws', { transport: 'ws', header: 'http' }, '--header http is none of ws'],
  ])('refuses %s', async (_, choices, what) => {
    const fault = await rejectionOf(plan(choices))
    expect(fault.code).toBe('PAIR_VALUE')
    expect(fault.what).toContain(what)
  })

  it('refuses an id that is none, and a certificate without its key', async () => {
    expect(await rejectionOf(plan({ id: 'x'.repeat(31) }))).toMatchObject({ code: 'VMESS_ID' })
    expect(await rejectionOf(plan({ tls: 'files', certificateFile: 'a' }))).toMatchObject({
      code: 'CLI_INPUT_MISSING',
    })
  })
})

describe('the files of a pair', () => {
  function names({ texts }: Pair): string[] {
    return texts.map(({ name }) => name)
  }

  it('are one for each side, and one client for each user', async () => {
    expect(names(await makePair({ purpose: 'local' }))).toEqual(['server.json', 'client.json'])
    expect(names(await makePair({ purpose: 'local', names: ['a', 'b@c'] }))).toEqual([
      'server.json',
      'client-a.json',
      'client-b@c.json',
    ])
    expect(names(await makePair({ purpose: 'local' }, { side: 'server' }))).toEqual(['server.json'])
    expect(names(await makePair({ purpose: 'local' }, { side: 'client' }))).toEqual(['client.json'])
  })

  it('come with a certificate that both sides hold, and with what nginx needs', async () => {
    const own = await makePair({ address: '127.0.0.1' })
    expect(names(own)).toEqual(['server.json', 'client.json', 'cert.pem'])
    const pem = own.texts[2]?.text.trim().split('\n') ?? []
    const [server, client] = own.texts.map(({ text }) => text)
    for (const line of pem) for (const text of [server, client]) expect(text).toContain(line)
    expect(client).not.toContain('PRIVATE KEY')
    expect(names(await makePair({ address: 'a.example', purpose: 'web' }))).toContain('nginx.conf')
  })

  it('name the links of every user', async () => {
    const { users } = await makePair({
      address: 'a.example',
      names: ['bob'],
      id: ID,
      transport: 'ws',
      path: '/p',
    })
    const [{ link = '' } = {}] = users
    expect(users).toMatchObject([{ name: 'bob', id: ID }])
    expect(parseShareLink(link)).toMatchObject({
      name: 'bob',
      server: 'a.example',
      port: 443,
      transport: { network: 'ws', path: '/p' },
      tls: { serverName: 'a.example', pinnedSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
  })

  it.each<[PairChoices, RegExp]>([
    [{ purpose: 'local', security: 'zero' }, /in the clear/],
    [{ purpose: 'local', alterId: 300 }, /old header.*300 alter ids cost/s],
    [{ address: 'a.example', tls: 'none' }, /--self-signed costs nothing/],
    [
      { address: 'a.example', tls: 'files', certificateFile: 'c.pem', keyFile: 'k.pem' },
      /\/c\.pem cannot be read here/,
    ],
  ])('%j is told about', async (choices, note) => {
    expect((await makePair(choices)).notes.join('\n')).toMatch(note)
  })

  it('have nothing to say about a pair without surprises', async () => {
    expect((await makePair({ address: 'a.example' })).notes).toEqual([])
    expect((await makePair({ purpose: 'local' })).notes).toEqual([])
  })
})

/** Every file is read back and compared before it is handed out. */
describe.each<[PairFormat, readonly PairTransport[]]>([
  ['v2ray4', ['tcp', 'ws', 'h2', 'kcp']],
  ['v2ray5', ['tcp', 'ws', 'httpupgrade', 'h2', 'grpc']],
  ['xray', ['tcp', 'ws', 'httpupgrade', 'grpc']],
  ['sing-box', ['tcp', 'ws', 'httpupgrade', 'h2', 'grpc']],
  ['mihomo', ['tcp', 'ws', 'grpc']],
])('a pair for %s', (format, spoken) => {
  const all = PAIR_WORDS.transports
  it.each(spoken)('over %s', async (transport) => {
    for (const tls of ['none', 'self-signed', 'files'] as const) {
      if ((transport === 'kcp') !== (tls === 'none') && ['kcp', 'h2'].includes(transport)) continue
      const files = { certificateFile: '/c.pem', keyFile: '/k.pem' }
      const pair = await makePair({ address: 'a.example', transport, tls, ...files }, { format })
      expect(pair.texts.filter(({ part }) => part === 'server' || part === 'client')).toHaveLength(2)
      expect(pair.format).toBe(format)
    }
  })

  it.each(all.filter((transport) => !spoken.includes(transport)))('is refused over %s', async (transport) => {
    const made = makePair({ address: 'a.example', transport }, { format })
    expect(await rejectionOf(made)).toMatchObject({ code: 'PAIR_FORMAT' })
  })

  it('is refused with a cipher or a header that the format would replace', async () => {
    const secure = ['v2ray4', 'sing-box', 'mihomo'].includes(format)
    for (const choices of [{ security: 'none' }, { alterId: 4 }] as const) {
      const made = makePair({ address: 'a.example', ...choices }, { format })
      if (secure) expect((await made).format).toBe(format)
      else expect(await rejectionOf(made)).toMatchObject({ code: 'PAIR_FORMAT' })
    }
  })
})

describe('writing a pair', () => {
  const modeOf = (path: string): number => statSync(path).mode & 0o777

  it('makes the folder and files for their owner alone', async () => {
    const dir = join(makeFolder(), 'a', 'b')
    const files = await writePair(await makePair({ address: '127.0.0.1' }), { dir })
    expect(files.map(({ part, path }) => [part, modeOf(path)])).toEqual([
      ['server', 0o600],
      ['client', 0o600],
      ['certificate', 0o644],
    ])
    expect(modeOf(dir)).toBe(0o700)
  })

  it('replaces nothing unless asked to, and then writes neither file', async () => {
    const dir = makeFolder()
    writeFileSync(join(dir, 'client.json'), 'mine')
    const pair = await makePair({ purpose: 'local' })
    expect(await rejectionOf(writePair(pair, { dir }))).toMatchObject({ code: 'CLI_OUTPUT_EXISTS' })
    expect(readdirSync(dir)).toEqual(['client.json'])
    expect(readFileSync(join(dir, 'client.json'), 'utf8')).toBe('mine')
    await writePair(pair, { dir, force: true })
    expect(readdirSync(dir).sort()).toEqual(['client.json', 'server.json'])
    expect(readFileSync(join(dir, 'client.json'), 'utf8')).not.toBe('mine')
  })

  it('leaves nothing where the second file cannot be moved into place', async () => {
    const dir = makeFolder()
    mkdirSync(join(dir, 'client.json'))
    const pair = await makePair({ purpose: 'local' })
    expect(await rejectionOf(writePair(pair, { dir, force: true }))).toMatchObject({ code: 'CLI_OUTPUT' })
    expect(readdirSync(dir)).toEqual(['client.json'])
  })

  it('takes a folder that it made away again', async () => {
    const dir = join(makeFolder(), 'new')
    const pair = await makePair({ purpose: 'local' })
    const long = { ...pair, texts: pair.texts.map((text) => ({ ...text, name: 'x'.repeat(300) })) }
    expect(await rejectionOf(writePair(long, { dir }))).toMatchObject({ code: 'CLI_OUTPUT' })
    expect(existsSync(dir)).toBe(false)
  })

  it.skipIf(process.getuid?.() === 0)('says where it may not write (root may everywhere)', async () => {
    const dir = makeFolder()
    chmodSync(dir, 0o500)
    expect(await rejectionOf(writePair(await makePair({ purpose: 'local' }), { dir }))).toMatchObject({
      code: 'CLI_OUTPUT',
    })
  })

  it('refuses a folder that is a file, and one that cannot be', async () => {
    const file = join(makeFolder(), 'file')
    writeFileSync(file, '')
    const pair = await makePair({ purpose: 'local' })
    for (const dir of [file, join(file, 'below'), '/dev/full/x']) {
      expect(await rejectionOf(writePair(pair, { dir }))).toMatchObject({ code: 'CLI_OUTPUT' })
    }
  })

  it('one side goes into one file', async () => {
    const path = join(makeFolder(), 's.json')
    await writeOneSide(await makePair({ purpose: 'local' }, { side: 'server' }), { path })
    expect(modeOf(path)).toBe(0o600)
    const two = await makePair({ purpose: 'local', users: 2 }, { side: 'client' })
    expect(await rejectionOf(writeOneSide(two, { path }))).toMatchObject({ code: 'PAIR_VALUE' })
  })

  it('a folder with a server in it is told before anything is made', () => {
    const dir = makeFolder()
    expect(complaintAboutFolder(dir)).toBeUndefined()
    writeFileSync(join(dir, 'server.json'), '')
    expect(complaintAboutFolder(dir)).toContain('server.json already')
    expect(complaintAboutFolder(' ')).toContain('is empty')
  })
})
