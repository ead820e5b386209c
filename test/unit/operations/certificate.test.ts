import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { KEY_TYPES, makeCertificate, writeCertificate } from '../../../src/operations/certificate.js'
import { makeFolder } from '../../support/spawned-program.js'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const DAY_MS = 86_400_000

describe('makeCertificate', () => {
  it('names hosts and addresses, and is for servers alone', async () => {
    const hosts = ['VPN.example.com', '*.example.org', '203.0.113.7', '[2001:db8::1]', 'bücher.example']
    const made = await makeCertificate({ hosts, days: 30, now: () => NOW })
    const read = new X509Certificate(made.certificate)
    expect(read.subject).toBe('CN=vpn.example.com')
    expect(read.subjectAltName).toBe(
      'DNS:vpn.example.com, DNS:*.example.org, IP Address:203.0.113.7, ' +
        'IP Address:2001:DB8:0:0:0:0:0:1, DNS:xn--bcher-kva.example',
    )
    expect(read.ca).toBe(false)
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(read.verify(read.publicKey)).toBe(true)
    expect(Date.parse(read.validTo)).toBe(NOW + 30 * DAY_MS)
    expect(Date.parse(read.validFrom)).toBe(NOW - DAY_MS)
  })

  it.each(KEY_TYPES.filter((type) => type !== 'rsa4096'))('has a %s key that fits', async (keyType) => {
    const made = await makeCertificate({ hosts: ['a.example'], keyType })
    expect(new X509Certificate(made.certificate).checkPrivateKey(createPrivateKey(made.key))).toBe(true)
  })

  it('gives both pins', async () => {
    const { certificate, sha256, chainSha256 } = await makeCertificate({ hosts: ['a.example'] })
    const { raw } = new X509Certificate(certificate)
    expect(sha256).toBe(createHash('sha256').update(raw).digest('hex'))
    expect(chainSha256).toBe(createHash('sha256').update(raw).digest('base64'))
  })

  it('is accepted by a client that has it as its authority', async () => {
    const { certificate, key } = await makeCertificate({ hosts: ['localhost', '127.0.0.1'] })
    const server = createServer({ cert: certificate, key }, (socket) => socket.end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = connect({ host: '127.0.0.1', port, ca: certificate })
    await once(socket, 'secureConnect')
    expect(socket.authorized).toBe(true)
    socket.destroy()
    server.close()
  })

  it.each(['', 'a b', 'https://a.example', 'a.example:443', '1.2.3', '300.1.1.1', 'a/b', '*', '*.'])(
    'refuses %j as a host',
    async (host) => {
      await expect(makeCertificate({ hosts: [host] })).rejects.toMatchObject({
        code: 'TRANSPORT_CERTIFICATE_HOST',
      })
    },
  )
})

describe('writeCertificate', () => {
  it('writes a key that only the owner reads, into a folder it makes', async () => {
    const dir = join(makeFolder(), 'new')
    const { certificateFile, keyFile, certificate } = await writeCertificate({ hosts: ['a.example'], dir })
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    expect(statSync(certificateFile).mode & 0o777).toBe(0o644)
    expect(readFileSync(certificateFile, 'utf8')).toBe(certificate)
    expect(readFileSync(keyFile, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
  })

  it('replaces nothing, and writes nothing beside what is there, without force', async () => {
    const dir = makeFolder()
    writeFileSync(join(dir, 'cert.pem'), 'mine')
    await expect(writeCertificate({ hosts: ['a.example'], dir })).rejects.toMatchObject({
      code: 'CLI_OUTPUT_EXISTS',
    })
    expect(readdirSync(dir)).toEqual(['cert.pem'])
    await writeCertificate({ hosts: ['a.example'], dir, force: true })
    expect(readdirSync(dir).sort()).toEqual(['cert.pem', 'key.pem'])
  })

  it('leaves no key when the certificate cannot be written', async () => {
    const dir = makeFolder()
    mkdirSync(join(dir, 'cert.pem'))
    await expect(writeCertificate({ hosts: ['a.example'], dir, force: true })).rejects.toMatchObject({
      code: 'CLI_OUTPUT',
    })
    expect(readdirSync(dir)).toEqual(['cert.pem'])
  })
})
