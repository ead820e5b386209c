import { createServer as createWebServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect as dial, createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { formatShareLink } from '../../../../src/dialects/share-link.js'
import { startLoopbackPair } from '../../../../src/operations/probe/loopback.js'
import { changeStore, readStore } from '../../../../src/operations/profiles/store.js'
import { readFacts } from '../../../../src/operations/subscriptions/facts.js'
import { fetchText } from '../../../../src/operations/subscriptions/fetch-text.js'
import {
  addSubscription,
  dueSubscriptions,
  listSubscriptions,
  removeSubscription,
} from '../../../../src/operations/subscriptions/manage.js'
import { type UpdateOptions, updateSubscriptions } from '../../../../src/operations/subscriptions/update.js'
import { makeAuthority } from '../../../support/certificates.js'
import { randomProfiles } from '../../../support/random-profiles.js'
import { makeFolder } from '../../../support/spawned-program.js'

const NOW = Date.UTC(2026, 10, 28)
const profiles = randomProfiles(12).map((profile, i) => ({ ...profile, name: `node ${i}` }))
const links = profiles.map((profile) => formatShareLink(profile, 'v2rayn'))
const bodyOf = (from: number, to: number): string =>
  Buffer.from(links.slice(from, to).join('\n')).toString('base64')

/** What the servers of a test answer; each test sets it. */
let answer: RequestListener = (_request, response) => response.end()
let seen: IncomingMessage[] = []
const listener: RequestListener = (request, response) => {
  seen.push(request)
  answer(request, response)
}
const web = createWebServer(listener)
let tls: Server
let ca: string
let url: string
let secureUrl: string
let options: UpdateOptions

beforeAll(async () => {
  const authority = await makeAuthority()
  const { certificate, key } = await authority.issue(['127.0.0.1', 'localhost'])
  ca = authority.certificate
  tls = createTlsServer({ cert: certificate, key }, listener)
  for (const server of [web, tls]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/secret-token`
  secureUrl = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/secret-token`
})

afterAll(() => {
  web.close()
  tls.close()
})

beforeEach(() => {
  seen = []
  options = { folder: makeFolder(), environment: {}, now: NOW, ca }
})

const add = (address = url, changes: object = {}) =>
  addSubscription({ name: 'work', url: address, ...changes }, options)
const namesIn = async () => (await readStore(options.folder)).entries.map(({ name }) => name)
const reply =
  (text: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(200, headers).end(text)
  }

describe('a subscription', () => {
  it('is fetched and stored with what it says of itself, by http and https', async () => {
    answer = reply(bodyOf(0, 3), {
      'subscription-userinfo': 'upload=1024; download=2048 ;total=1073741824; expire=1798761600',
      'profile-title': `base64:${Buffer.from('Büro').toString('base64')}`,
      'profile-update-interval': '12',
    })
    expect(await add(secureUrl)).toMatchObject({ result: 'updated', title: 'Büro', counts: { added: 3 } })
    const [listed] = await listSubscriptions(options.folder, { now: NOW })
    expect(listed).toMatchObject({
      name: 'work',
      nodes: 3,
      uploadBytes: 1024,
      downloadBytes: 2048,
      totalBytes: 1_073_741_824,
      expiresAt: '2027-01-01T00:00:00.000Z',
      intervalMs: 43_200_000,
      updatedAt: '2026-11-28T00:00:00.000Z',
      due: false,
      url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/\*{4}$/),
    })
    expect(await dueSubscriptions(options.folder, NOW + 43_200_000)).toEqual(['work'])
  })

  it('is not stored when it cannot be fetched, and its address is not repeated', async () => {
    answer = (_request, response) => response.writeHead(403).end('no')
    await expect(add()).rejects.toMatchObject({ code: 'SUBSCRIPTION_STATUS' })
    await expect(add('http://127.0.0.1:1/secret-token')).rejects.toMatchObject({ code: 'SUBSCRIPTION_FETCH' })
    await expect(add('ftp://x.example/secret-token')).rejects.toMatchObject({ code: 'SUBSCRIPTION_URL' })
    const messages = await Promise.all(
      [url, 'http://127.0.0.1:1/secret-token', 'nonsense secret-token'].map((address) =>
        add(address).catch((error: Error) => error.message),
      ),
    )
    for (const message of messages) expect(message).not.toContain('secret-token')
    expect(await listSubscriptions(options.folder, { now: NOW })).toEqual([])
  })

  it('brings its nodes up to date: what is the same keeps its name, what is gone goes, others stay', async () => {
    await changeStore(options.folder, (store) =>
      store.add({ ...profiles[11], name: 'my own' } as (typeof profiles)[0]),
    )
    answer = reply(bodyOf(0, 4))
    await add()
    await changeStore(options.folder, (store) => {
      store.use('node 1')
      store.rename('node 1', 'mine')
      store.rename('node 2', 'second')
    })
    const moved = { ...profiles[2], port: 9_999 } as (typeof profiles)[0]
    answer = reply([links[0], links[1], formatShareLink(moved, 'v2rayn'), links[5]].join('\n'))
    const [result] = await updateSubscriptions([], options)
    expect(result).toMatchObject({ counts: { added: 1, changed: 1, unchanged: 2, removed: 1 } })
    expect(await namesIn()).toEqual(['my own', 'node 0', 'mine', 'second', 'node 5'])
    const store = await readStore(options.folder)
    expect([store.current, store.profile('second').port]).toEqual(['mine', 9_999])
  })

  it.each([
    ['a web page', '<!doctype html><p>log in</p>', 'SUBSCRIPTION_CONTENT'],
    ['nothing', '', 'SUBSCRIPTION_CONTENT'],
    ['words', 'expired, pay again', 'SUBSCRIPTION_CONTENT'],
    ['links of others', 'vless://x@y.example:1\ntrojan://z@y.example:2', 'SUBSCRIPTION_CONTENT'],
    ['far fewer nodes', links[0] as string, 'SUBSCRIPTION_SHRUNK'],
  ])('keeps its nodes when it becomes %s', async (_what, body, code) => {
    answer = reply(bodyOf(0, 6))
    await add()
    answer = reply(body)
    expect(await updateSubscriptions(['WORK'], options)).toMatchObject([{ result: 'kept', fault: { code } }])
    expect(await namesIn()).toHaveLength(6)
    if (code !== 'SUBSCRIPTION_SHRUNK') return
    expect(await updateSubscriptions([], { ...options, force: true })).toMatchObject([
      { counts: { removed: 5 } },
    ])
  })

  it('reports nodes that cannot be read, and takes the others', async () => {
    answer = reply(`${links[0]}\nvmess://!!!!\nvless://x@y.example:1\n`)
    const result = await add()
    expect(result).toMatchObject({ counts: { added: 1 } })
    expect(result.result === 'updated' && result.refused.map(({ fault }) => fault.code)).toEqual([
      'LINK_ENCODING',
      'LINK_PROTOCOL',
    ])
  })

  it('asks whether anything has changed', async () => {
    answer = reply(bodyOf(0, 2), { etag: '"v1"', 'last-modified': 'Sat, 28 Nov 2026 00:00:00 GMT' })
    await add()
    answer = (_request, response) => response.writeHead(304).end()
    expect(await updateSubscriptions([], options)).toEqual([{ name: 'work', result: 'unchanged' }])
    expect(seen[1]?.headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': 'Sat, 28 Nov 2026 00:00:00 GMT',
    })
  })

  it('asks again as another app, when the first answer is of no use, unless it was told what to ask as', async () => {
    answer = (request, response) => {
      response.end(/v2rayn/i.test(request.headers['user-agent'] ?? '') ? bodyOf(0, 1) : '<html>')
    }
    expect(await add()).toMatchObject({ counts: { added: 1 } })
    expect(seen.map(({ headers }) => headers['user-agent'])).toEqual(['vmess-kit', 'v2rayN/7.10'])
    await expect(add(url, { name: 'other', userAgent: 'clash' })).rejects.toMatchObject({
      code: 'SUBSCRIPTION_CONTENT',
    })
    expect(seen).toHaveLength(3)
  })

  it('is added once, and removed with its nodes or without', async () => {
    answer = reply(bodyOf(0, 2))
    await add()
    await expect(add(url, { name: 'Work' })).rejects.toMatchObject({ code: 'SUBSCRIPTION_EXISTS' })
    await expect(updateSubscriptions(['wrk'], options)).rejects.toMatchObject({
      code: 'SUBSCRIPTION_UNKNOWN',
      hint: 'did you mean work',
    })
    expect(await removeSubscription(options.folder, 'work', true)).toEqual({ name: 'work', nodes: 2 })
    const left = (await readStore(options.folder)).entries
    expect(left.map(({ name, subscription, origin }) => [name, subscription, origin])).toEqual([
      ['node 0', undefined, undefined],
      ['node 1', undefined, undefined],
    ])
    await add()
    await removeSubscription(options.folder, 'WORK', false)
    expect(await namesIn()).toEqual(['node 0', 'node 1'])
  })
})

describe('fetching', () => {
  const get = (address: string, changes: object = {}) =>
    fetchText({ url: address, userAgent: 'test', environment: {}, ca, ...changes })

  it('follows five redirects, and none that gives up https', async () => {
    answer = (request, response) => {
      const hop = Number(/hop=(\d+)/.exec(request.url ?? '')?.[1] ?? 0)
      if (hop >= 5) response.end('there')
      else response.writeHead(302, { location: `/x?hop=${hop + 1}` }).end()
    }
    expect(await get(secureUrl)).toMatchObject({ changed: true, text: 'there' })
    answer = (_request, response) => response.writeHead(302, { location: '/again' }).end()
    await expect(get(url)).rejects.toMatchObject({ code: 'SUBSCRIPTION_REDIRECT' })
    answer = (_request, response) => response.writeHead(301, { location: url }).end()
    await expect(get(secureUrl)).rejects.toMatchObject({ code: 'SUBSCRIPTION_REDIRECT' })
  })

  it('takes at most 32 MiB, also unpacked, and at most its time', async () => {
    answer = reply(gzipSync(Buffer.from('packed')), { 'content-encoding': 'gzip' })
    expect(await get(url)).toMatchObject({ text: 'packed' })
    answer = reply(gzipSync(Buffer.alloc(33 * 1024 * 1024)), { 'content-encoding': 'gzip' })
    await expect(get(url)).rejects.toMatchObject({ code: 'SUBSCRIPTION_SIZE' })
    answer = reply(Buffer.alloc(33 * 1024 * 1024))
    await expect(get(url)).rejects.toMatchObject({ code: 'SUBSCRIPTION_SIZE' })
    answer = () => undefined
    await expect(get(url, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'SUBSCRIPTION_FETCH',
      why: 'nothing within 0.2 s',
    })
    web.closeAllConnections()
  })

  it('trusts nobody by itself', async () => {
    await expect(get(secureUrl, { ca: undefined })).rejects.toMatchObject({ code: 'SUBSCRIPTION_FETCH' })
  })

  it('goes through the proxy of the environment, except where that says no', async () => {
    answer = reply('by proxy')
    const asked: string[] = []
    const proxy = createServer((socket) => {
      socket.once('data', (head) => {
        const place = /^CONNECT ([\d.]+):(\d+)/.exec(head.toString('latin1'))
        asked.push(place?.[0] ?? '')
        const far = dial(Number(place?.[2]), place?.[1] ?? '')
        far.on('error', () => socket.destroy())
        socket.on('error', () => far.destroy())
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        far.pipe(socket).pipe(far)
      })
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    expect(await get(secureUrl, { environment: { HTTPS_PROXY } })).toMatchObject({ text: 'by proxy' })
    expect(asked).toHaveLength(1)
    await get(secureUrl, { environment: { HTTPS_PROXY, NO_PROXY: '127.0.0.1' } })
    expect(asked).toHaveLength(1)
    proxy.close()
  })

  it('goes through a server of ours where that is asked for', async () => {
    const pair = await startLoopbackPair()
    await changeStore(options.folder, (store) => store.add(pair.profile))
    answer = reply(bodyOf(0, 1))
    expect(await add(url, { through: 'LOOPBACK' })).toMatchObject({ counts: { added: 1 } })
    await pair.stop()
    expect(await updateSubscriptions([], options)).toMatchObject([{ result: 'kept' }])
  })
})

describe('what a subscription says of itself', () => {
  it.each([
    ['# upload=1; download=2; total=0; expire=0\nvmess://x', { uploadBytes: 1, downloadBytes: 2 }],
    [
      '#subscription-userinfo: total=1e3\n#profile-title: My\u001b[2J Title\n',
      { totalBytes: 1_000, title: 'My [2J Title' },
    ],
    ['#profile-update-interval: 0.5\n', { intervalMs: 1_800_000 }],
    [Buffer.from('#profile-title: inside\nvmess://x').toString('base64'), { title: 'inside' }],
    ['expire=99999999999999999999', {}],
  ])('in %j', (text, facts) => {
    expect(readFacts({}, text)).toEqual(facts)
  })

  it('in headers before comments, and in the name of the file', () => {
    expect(readFacts({ 'profile-title': 'head' }, '#profile-title: body')).toEqual({ title: 'head' })
    expect(readFacts({ 'content-disposition': `attachment; filename*=UTF-8''B%C3%BCro` }, '')).toEqual({
      title: 'Büro',
    })
    expect(readFacts({ 'content-disposition': `attachment; filename*=UTF-8''%zz` }, '')).toEqual({})
  })
})
