import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { makeCertificate } from '../../../src/operations/certificate.js'
import { readServerText } from '../../../src/operations/server-source.js'
import { makeAuthority } from '../../support/certificates.js'
import { makeFolder } from '../../support/spawned-program.js'

const folder = makeFolder()
let own: Awaited<ReturnType<typeof makeCertificate>>
let issued: { readonly certificate: string; readonly key: string }

beforeAll(async () => {
  own = await makeCertificate({ hosts: ['vpn.example.com'] })
  issued = await (await makeAuthority()).issue(['vpn.example.com'])
  writeFileSync(join(folder, 'own.pem'), own.certificate)
})

async function pinOf(certificate: object): Promise<string | undefined> {
  const client = { id: 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d' }
  const streamSettings = { security: 'tls', tlsSettings: { certificates: [certificate] } }
  const inbound = { port: 1, protocol: 'vmess', settings: { clients: [client] }, streamSettings }
  const text = JSON.stringify({ inbounds: [inbound], outbounds: [{ protocol: 'freedom' }] })
  const file = join(folder, 'server.json')
  const [profile] = await readServerText(text, { address: 'vpn.example.com', environment: {}, file })
  return profile?.tls?.pinnedSha256
}

it('clients of a server that signed its certificate itself are given its pin', async () => {
  const inline = { certificate: own.certificate.split('\n'), key: own.key.split('\n') }
  expect(await pinOf(inline)).toBe(own.sha256)
  // Beside the file of the server, wherever this runs.
  expect(await pinOf({ certificateFile: 'own.pem', keyFile: 'own.key' })).toBe(own.sha256)
})

it('those of others, whose certificate changes every few weeks, are not', async () => {
  const inline = { certificate: issued.certificate.split('\n'), key: issued.key.split('\n') }
  expect(await pinOf(inline)).toBe('')
  expect(await pinOf({ certificateFile: 'nowhere.pem', keyFile: 'nowhere.key' })).toBe('')
})
