import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { TlsCertificateConfig, TlsConfig } from '../../../src/config/config.js'
import type { Connection } from '../../../src/contracts/connection.js'
import { chainPin } from '../../../src/crypto/certificate.js'
import { asFault, Fault } from '../../../src/faults/fault.js'
import { Recorder } from '../../../src/testing.js'
import { ServerCertificates } from '../../../src/transport/server-certificates.js'
import { makeTcpTransport } from '../../../src/transport/tcp.js'
import { startTls } from '../../../src/transport/sockets.js'
import { makeTls } from '../../../src/transport/tls-layer.js'
import { makeTlsTransport } from '../../../src/transport/tls.js'
import { days, derOf, fingerprint, makeAuthority, type TestCertificate } from '../../support/certificates.js'

const NEVER = new AbortController().signal
const LOOPBACK = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
const PLAIN = { allowInsecure: false, disableSystemRoot: true, certificates: [] } as const

const authority = await makeAuthority()
const stranger = await makeAuthority('Nobody')
const good = await authority.issue(['127.0.0.1', 'a.example'])
const foreign = await stranger.issue(['me'])
const folder = mkdtempSync(join(tmpdir(), 'tls-'))

afterAll(() => {
  rmSync(folder, { recursive: true })
})

const own = ({ certificate, key }: TestCertificate): TlsCertificateConfig => ({
  usage: 'encipherment',
  certificate: { pem: certificate },
  key: { pem: key },
})
const trust = ({ certificate }: TestCertificate): TlsCertificateConfig => ({
  usage: 'verify',
  certificate: { pem: certificate },
})

interface Outcome {
  /** What the client was told; undefined when it got through. */
  readonly client: Fault | undefined
  readonly server: readonly Fault[]
}

const transportOf = (config: Partial<TlsConfig>, alpn = ['http/1.1']) =>
  makeTlsTransport(makeTls({ config: { ...PLAIN, ...config }, alpn }))

/** One handshake, and what both sides say to it. A byte each way shows that it is really over. */
async function shakeHands(server: Partial<TlsConfig>, client: Partial<TlsConfig>): Promise<Outcome> {
  const faults: Fault[] = []
  const far: Connection[] = []
  let heard: () => void = () => undefined
  const told = new Promise<void>((resolve) => {
    heard = resolve
  })
  const listener = await transportOf(server).listen(LOOPBACK, {
    onConnection: (connection) => {
      far.push(connection)
      const recorder = new Recorder(connection)
      recorder.onEvent = () => connection.write(new Uint8Array([1]))
      heard()
    },
    onFault: (fault) => {
      faults.push(fault)
      heard()
    },
  })
  try {
    const port = listener.endpoint.port
    const near = new Recorder(await transportOf(client).connect({ ...LOOPBACK, port }, { signal: NEVER }))
    near.connection.write(new Uint8Array([1]))
    await near.until('an answer or the end', () => near.received > 0 || near.closes > 0)
    const fault = near.received > 0 ? undefined : (near.fault ?? new Fault('TRANSPORT_RESET'))
    near.connection.abort()
    await told
    return { client: fault, server: faults }
  } catch (error) {
    await told
    return { client: asFault(error), server: faults }
  } finally {
    for (const connection of far) connection.abort()
    await listener.close()
  }
}

describe('a server certificate', () => {
  it.each([
    ['by its authority', { certificates: [trust(authority)] }],
    ['by another name', { certificates: [trust(authority)], serverName: 'a.example' }],
    ['unchecked', { allowInsecure: true }],
  ])('is accepted %s', async (_, client) => {
    expect(await shakeHands({ certificates: [own(good)] }, client)).toEqual({ client: undefined, server: [] })
  })

  it('is accepted by the SHA-256 of the leaf, whoever signed it, and by nothing else', async () => {
    const pinnedCertificates = [(await fingerprint(good)).toUpperCase()]
    const server = { certificates: [own(good)] }
    expect((await shakeHands(server, { pinnedCertificates })).client).toBeUndefined()
    const other = { certificates: [own(await authority.issue(['127.0.0.1']))] }
    expect((await shakeHands(other, { pinnedCertificates })).client?.code).toBe('TRANSPORT_TLS_PIN')
  })

  it("is accepted by v2ray's hash of the chain, on top of its authority", async () => {
    const chain = `${good.certificate}\n${authority.certificate}`
    const server = { certificates: [own({ ...good, certificate: chain })] }
    const pin = chainPin([derOf(good), derOf(authority)])
    const trusting = { certificates: [trust(authority)] }
    expect((await shakeHands(server, { ...trusting, pinnedChains: [pin] })).client).toBeUndefined()
    const wrong = { ...trusting, pinnedChains: [chainPin([derOf(good)])] }
    expect((await shakeHands(server, wrong)).client?.code).toBe('TRANSPORT_TLS_PIN')
    expect((await shakeHands(server, { pinnedChains: [pin] })).client?.code).toBe('TRANSPORT_TLS_UNTRUSTED')
  })

  it('is pinned with the chain that it sends, without the authority that this machine adds', async () => {
    const client = { certificates: [trust(authority)], pinnedChains: [chainPin([derOf(good)])] }
    expect((await shakeHands({ certificates: [own(good)] }, client)).client).toBeUndefined()
  })

  it.each([
    [
      'expired',
      'TRANSPORT_TLS_EXPIRED',
      () => authority.issue(['127.0.0.1'], { notBefore: days(-9), notAfter: days(-2) }),
    ],
    [
      'not yet valid',
      'TRANSPORT_TLS_EXPIRED',
      () => authority.issue(['127.0.0.1'], { notBefore: days(1), notAfter: days(9) }),
    ],
    ['for another name', 'TRANSPORT_TLS_NAME', () => authority.issue(['b.example'])],
    ['of a stranger', 'TRANSPORT_TLS_UNTRUSTED', () => stranger.issue(['127.0.0.1'])],
    ['self-signed', 'TRANSPORT_TLS_UNTRUSTED', () => Promise.resolve(stranger)],
  ])('is refused when it is %s', async (_, code, issue) => {
    const { client } = await shakeHands(
      { certificates: [own(await issue())] },
      { certificates: [trust(authority)] },
    )
    expect(client?.code).toBe(code)
  })

  it('is the one for the name that is asked for', async () => {
    const second = await authority.issue(['b.example'])
    const server = { certificates: [own(good), own(second)] }
    for (const serverName of ['a.example', 'b.example']) {
      const client = { certificates: [trust(authority)], serverName }
      expect((await shakeHands(server, client)).client).toBeUndefined()
    }
  })
})

describe('a client certificate', () => {
  const server = { certificates: [own(good), trust(authority)], requestClientCertificate: true }

  it('lets in whom the authority signed', async () => {
    const client = { certificates: [trust(authority), own(await authority.issue(['me']))] }
    expect(await shakeHands(server, client)).toEqual({ client: undefined, server: [] })
  })

  it.each([
    ['none', []],
    ["a stranger's", [own(foreign)]],
  ])('is asked for: %s is refused', async (_, certificates) => {
    const outcome = await shakeHands(server, { certificates: [trust(authority), ...certificates] })
    expect(outcome.server.map(({ code }) => code)).toEqual(['TRANSPORT_TLS_CLIENT'])
    expect(outcome.client).toBeDefined()
  })

  it('is named to a client that has none', async () => {
    const { client } = await shakeHands(server, { certificates: [trust(authority)] })
    expect([client?.code, client?.why]).toEqual([
      'TRANSPORT_TLS_ALERT',
      'the other side says: certificate required',
    ])
  })
})

describe('sides that do not fit', () => {
  it('names an alert: no version in common', async () => {
    const { client, server } = await shakeHands(
      { certificates: [own(good)], minVersion: 'TLSv1.3' },
      { certificates: [trust(authority)], maxVersion: 'TLSv1.2' },
    )
    expect(client?.code).toBe('TRANSPORT_TLS_ALERT')
    expect(client?.why).toBe('127.0.0.1 says: protocol version')
    expect(server.map(({ code }) => code)).toEqual(['TRANSPORT_TLS_HANDSHAKE'])
  })

  it('names a server that speaks plain HTTP', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const attempt = transportOf({}).connect({ ...LOOPBACK, port }, { signal: NEVER })
    await expect(attempt).rejects.toMatchObject({ code: 'TRANSPORT_TLS_PLAIN' })
    await new Promise((resolve) => server.close(resolve))
  })

  it('names a client that speaks plain HTTP, and serves the next one', async () => {
    const faults: Fault[] = []
    const listener = await transportOf({ certificates: [own(good)] }).listen(LOOPBACK, {
      onConnection: (connection) => new Recorder(connection),
      onFault: (fault) => faults.push(fault),
    })
    const place = { ...LOOPBACK, port: listener.endpoint.port }
    const plain = new Recorder(await makeTcpTransport().connect(place, { signal: NEVER }))
    plain.connection.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    await plain.untilClosed()
    expect(faults.map(({ code }) => code)).toEqual(['TRANSPORT_TLS_PLAIN'])
    const next = await transportOf({ certificates: [trust(authority)] }).connect(place, { signal: NEVER })
    next.abort()
    await listener.close()
  })

  it('names a server that hangs up', async () => {
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const attempt = transportOf({}).connect({ ...LOOPBACK, port }, { signal: NEVER })
    await expect(attempt).rejects.toMatchObject({ code: 'TRANSPORT_TLS_HANDSHAKE' })
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('a shorter handshake', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is taken the second time: %s', async (maxVersion) => {
    const server = transportOf({ certificates: [own(good)], maxVersion })
    const listener = await server.listen(LOOPBACK, {
      onConnection: (connection) => new Recorder(connection).connection.write(new Uint8Array([1])),
    })
    const address = { ...LOOPBACK, port: listener.endpoint.port }
    const tls = makeTls({ config: { ...PLAIN, certificates: [trust(authority)] }, alpn: [] })
    const reused: boolean[] = []
    for (let i = 0; i < 2; i++) {
      await new Promise<void>((resolve, reject) => {
        const { socket, ready } = startTls(tls, { address, signal: new AbortController().signal })
        ready.catch(reject)
        socket.on('error', reject)
        // With TLS 1.3 the session comes behind the handshake.
        const session = i > 0 ? undefined : new Promise((come) => socket.once('session', come))
        const data = new Promise((come) => socket.once('data', come))
        void Promise.all([session, data]).then(() => {
          reused.push(socket.isSessionReused())
          socket.destroy()
          resolve()
        })
      })
    }
    expect(reused).toEqual([false, true])
    await listener.close()
  })
})

describe('certificate files', () => {
  const files = { certificateFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
  const config: TlsConfig = {
    ...PLAIN,
    certificates: [
      { usage: 'encipherment', certificate: { file: files.certificateFile }, key: { file: files.keyFile } },
    ],
  }
  /** Beside and then in place of the old ones, as renewals do it. */
  const put = ({ certificate, key }: TestCertificate): void => {
    for (const [file, text] of [
      [files.certificateFile, certificate],
      [files.keyFile, key],
    ] as const) {
      writeFileSync(`${file}.new`, text)
      renameSync(`${file}.new`, file)
    }
  }

  it('are read again when they change, at most once a second', async () => {
    let now = 0
    put(good)
    const certificates = new ServerCertificates(config, () => now)
    expect(certificates.load().cert).toBe(good.certificate)
    expect(certificates.loadIfChanged()).toBeUndefined()
    const renewed = await authority.issue(['127.0.0.1'])
    put(renewed)
    now = 999
    expect(certificates.loadIfChanged()).toBeUndefined()
    now = 1_000
    expect(certificates.loadIfChanged()?.cert).toBe(renewed.certificate)
    now = 2_000
    expect(certificates.loadIfChanged()).toBeUndefined()
  })

  it('are left alone while they do not fit together', async () => {
    let now = 0
    put(good)
    const certificates = new ServerCertificates(config, () => now)
    certificates.load()
    const context = certificates.contextFor('a.example')
    writeFileSync(files.certificateFile, (await authority.issue(['127.0.0.1'])).certificate)
    now = 1_000
    expect(() => certificates.loadIfChanged()).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_TLS_FILES' }),
    )
    expect(certificates.contextFor('a.example')).toBe(context)
  })

  it('change for new connections while the old ones go on', async () => {
    let now = 0
    put(await authority.issue(['127.0.0.1']))
    const tls = makeTls({ config, alpn: ['http/1.1'], now: () => now })
    const far: Recorder[] = []
    const faults: Fault[] = []
    const listener = await makeTlsTransport(tls).listen(LOOPBACK, {
      onConnection: (connection) => far.push(new Recorder(connection)),
      onFault: (fault) => faults.push(fault),
    })
    const place = { ...LOOPBACK, port: listener.endpoint.port }
    const trusting = transportOf({ certificates: [trust(authority)] })
    const old = new Recorder(await trusting.connect(place, { signal: NEVER }))
    put(await stranger.issue(['127.0.0.1']))
    now = 1_000
    const attempt = trusting.connect(place, { signal: NEVER })
    await expect(attempt).rejects.toMatchObject({ code: 'TRANSPORT_TLS_UNTRUSTED' })
    old.connection.write(new Uint8Array([7]))
    await far[0]?.untilReceived(1)
    expect(faults.filter(({ code }) => code === 'TRANSPORT_TLS_FILES')).toEqual([])
    old.connection.abort()
    for (const { connection } of far) connection.abort()
    await listener.close()
  })

  it.each([
    ['missing', { file: join(folder, 'none.pem') }, { pem: good.key }],
    ['no PEM', { pem: 'certificate' }, { pem: good.key }],
    ['with the key of another', { pem: good.certificate }, { pem: authority.key }],
  ])('cannot be used when %s', async (_, certificate, key) => {
    const server = transportOf({ certificates: [{ usage: 'encipherment', certificate, key }] })
    const attempt = server.listen(LOOPBACK, { onConnection: () => undefined })
    await expect(attempt).rejects.toMatchObject({ code: 'TRANSPORT_TLS_FILES' })
  })
})
