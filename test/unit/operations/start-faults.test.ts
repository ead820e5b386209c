/** What the engine refuses while it starts from a file, `validate` refuses too: one file for each such fault. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../../src/config/v2ray-json.js'
import { startInstance } from '../../../src/engine/instance.js'
import { isFault } from '../../../src/faults/fault.js'
import { makeCertificate } from '../../../src/operations/certificate.js'
import { validateFiles } from '../../../src/operations/validate.js'
import { freePort } from '../../support/free-port.js'
import { silentLogger } from '../../support/silent-logger.js'
import { makeFolder } from '../../support/spawned-program.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const folder = makeFolder()
const [one, other] = [
  await makeCertificate({ hosts: ['a.example'] }),
  await makeCertificate({ hosts: ['a.example'] }),
]
const lines = (pem: string): string[] => pem.trim().split('\n')
const certificates = [{ certificate: lines(one.certificate), key: lines(one.key) }]

const server = (fields: object) => ({
  inbounds: [{ protocol: 'vmess', listen: '127.0.0.1', settings: { clients: [{ id: ID }] }, ...fields }],
  outbounds: [{ protocol: 'freedom' }],
})
const secure = (tlsSettings: object) => server({ streamSettings: { security: 'tls', tlsSettings } })
const client = (tlsSettings: object) => ({
  inbounds: [],
  outbounds: [
    {
      protocol: 'vmess',
      settings: { vnext: [{ address: 'a.example', port: 443, users: [{ id: ID }] }] },
      streamSettings: { security: 'tls', tlsSettings: { serverName: 'a.example', ...tlsSettings } },
    },
  ],
})
const door = (network: string) => ({
  inbounds: [
    {
      protocol: 'dokodemo-door',
      listen: join(folder, 'door'),
      settings: { address: '192.0.2.1', port: 53, network },
    },
  ],
  outbounds: [{ protocol: 'freedom' }],
})

/** The code that a start ends with; undefined when it starts. */
async function startFault(config: object): Promise<string | undefined> {
  const text = JSON.stringify(config).replace(
    '"listen":"127.0.0.1"',
    `"listen":"127.0.0.1","port":${await freePort()}`,
  )
  const checked = checkConfig(text)
  if (!checked.ok) return 'refused'
  try {
    const instance = await startInstance(checked.config, { logger: silentLogger })
    await instance.stop()
    return undefined
  } catch (error) {
    return isFault(error) ? error.code : String(error)
  }
}

async function rulesOf(config: object): Promise<readonly string[]> {
  const path = join(folder, 'config.json')
  writeFileSync(
    path,
    JSON.stringify(config).replace('"listen":"127.0.0.1"', '"listen":"127.0.0.1","port":1'),
    { mode: 0o600 },
  )
  const { findings } = await validateFiles({
    files: [path],
    stdin: (async function* () {})(),
    environment: {},
  })
  return findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)
}

describe('a start that is refused', () => {
  it.each([
    [
      'a name of alpn that is too long, of a server',
      secure({ certificates, alpn: ['x'.repeat(256)] }),
      'VM-S12',
    ],
    ['and of a client', client({ alpn: ['x'.repeat(256)] }), 'VM-S12'],
    [
      'lines that are no certificate',
      secure({ certificates: [{ certificate: ['x'], key: lines(one.key) }] }),
      'VM-S10',
    ],
    [
      'lines that are no key',
      secure({ certificates: [{ certificate: lines(one.certificate), key: ['x'] }] }),
      'VM-S10',
    ],
    [
      'the key of another certificate',
      secure({ certificates: [{ certificate: lines(one.certificate), key: lines(other.key) }] }),
      'VM-S10',
    ],
    [
      'files that are not there',
      secure({ certificates: [{ certificateFile: join(folder, 'no'), keyFile: join(folder, 'no') }] }),
      'VM-S09',
    ],
    ['no certificate at all', secure({}), 'VM-S02'],
    ['udp of a door on a unix socket', door('tcp,udp'), 'VM-P12'],
    [
      'mKCP on a unix socket',
      server({ listen: join(folder, 'kcp'), streamSettings: { network: 'kcp' } }),
      'VM-P12',
    ],
  ])('has a rule: %s', async (_, config, rule) => {
    expect(await startFault(config)).toBeDefined()
    expect(await rulesOf(config)).toContain(rule)
  })

  it.each([
    ['a server with TLS', secure({ certificates, alpn: ['h2', 'http/1.1'] })],
    ['a client', client({ alpn: ['x'.repeat(255)] })],
    ['a door on a unix socket', door('tcp')],
  ])('and one that is not has none: %s', async (_, config) => {
    expect(await startFault(config)).toBeUndefined()
    expect(await rulesOf(config)).toEqual([])
  })
})
