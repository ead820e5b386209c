/** Every example in the help is a command that works. */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { startLoopbackPair } from '../../src/operations/probe/loopback.js'
import { makeQrPicture } from '../../src/operations/pictures/qr-picture.js'
import { changeStore } from '../../src/operations/profiles/store.js'
import { days, makeAuthority } from '../support/certificates.js'
import { freePort } from '../support/free-port.js'
import { shifted, startNtpServer } from '../support/ntp-server.js'
import { makeFolder, RunningProgram } from '../support/spawned-program.js'
import { startTls, type StartedTls } from '../support/tls-server.js'

const MANIFEST = fileURLToPath(new URL('../../oclif.manifest.json', import.meta.url))
const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const LINK = `vmess://${ID}@127.0.0.1:1?encryption=auto&type=tcp`
/** Commands that stay are up when they have said this. */
const READY = /listening on|fetch the page|^\d\d:\d\d:\d\d /m

const { commands } = JSON.parse(readFileSync(MANIFEST, 'utf8'))
const examples: string[] = Object.values<{ examples: string[] }>(commands).flatMap(
  (command) => command.examples,
)

const authority = await makeAuthority()
const tlsServer = await startTlsServer()
const ntpServer = await startNtpServer(shifted(0))
let program: RunningProgram | undefined
/** What commands that measure a tunnel reach. */
const tunnel = await startLoopbackPair()
afterAll(() => tunnel.stop())
const provider = createServer(({ url }, response) =>
  response.end(url === '/vmess-kit/latest' ? '{"version": "99.0.0"}' : `${LINK}\n`),
).listen(0, '127.0.0.1')
await once(provider, 'listening')
afterAll(() => provider.close())
/** Nothing leaves this machine: both of these are asked in place of servers of others. */
const env = {
  VMESS_NTP_SERVER: `127.0.0.1:${ntpServer.port}`,
  npm_config_registry: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
}
const subscription = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/sub`

afterAll(() => {
  tlsServer.stop()
  ntpServer.stop()
})

afterEach(async () => {
  await program?.kill()
  program = undefined
})

describe('examples', () => {
  it.each(examples)('%s', async (example) => {
    const cwd = makeFolder()
    await writeExampleFiles(cwd)
    const { args, input } = await parseExample(example)
    program = new RunningProgram(args, { cwd, env, ...(input !== undefined && { stdin: `${LINK}\n` }) })
    if (!args.includes('--once')) {
      await Promise.race([program.ended, program.says(READY)])
      program.signal('SIGTERM')
    }
    const { exit, stderr } = await program.ended
    expect(stderr).not.toContain('Error')
    expect(exit).toBe(0)
  })
})

/** The words behind `vmess`; ports that many tests would share become free ones. */
async function parseExample(example: string): Promise<{ args: string[]; input: string | undefined }> {
  const [line = '', input] = example.replace('<%= config.bin %> ', '').split(' < ')
  const free = await freePort()
  const args = line.split(' ').map((word) =>
    word
      .replace('vmess://…', LINK)
      .replace(/^([\d.]+):\d+$/, `$1:${free}`)
      .replace('ntp.example.com', env.VMESS_NTP_SERVER)
      .replace('http://example.com/large.bin', tunnel.url)
      .replace('https://example.com/sub', subscription),
  )
  if (args.slice(0, 2).join(' ') === 'tls inspect') args[2] = tlsServer.place
  // Alone it would ask, and there is nobody to answer.
  if (line === 'init') return { args: ['init', '--for', 'local', '--yes'], input }
  if (args[0] === 'ping' || args.includes('--fastest')) args.push('--url', tunnel.url)
  if (args[0] === 'speedtest') args.push('--duration', '300ms')
  const takesDefaultPort = args[0] === 'connect' && !args.includes('--mixed') && !args.includes('-c')
  return { args: takesDefaultPort ? [...args, '--mixed', String(free)] : args, input }
}

/** The files that the examples name. */
async function writeExampleFiles(folder: string): Promise<void> {
  const user = { id: ID, email: 'alice' }
  const server = {
    inbounds: [{ protocol: 'vmess', port: await freePort(), settings: { clients: [user] } }],
    outbounds: [{ protocol: 'freedom' }],
  }
  const vnext = [{ address: '127.0.0.1', port: server.inbounds[0]?.port, users: [user] }]
  const client = {
    inbounds: [{ protocol: 'socks', listen: '127.0.0.1', port: await freePort() }],
    outbounds: [{ protocol: 'vmess', settings: { vnext } }],
  }
  writeFileSync(join(folder, 'server.json'), JSON.stringify(server))
  writeFileSync(join(folder, 'client.json'), JSON.stringify(client))
  writeFileSync(join(folder, 'tidy.json'), '{\n  "log": {}\n}\n')
  const { certificate, key } = await authority.issue(['127.0.0.1'])
  writeFileSync(join(folder, 'chain.pem'), certificate)
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'ca.pem'), authority.certificate)
  writeFileSync(join(folder, 'id.txt'), `${ID}\n`, { mode: 0o600 })
  const { content } = await makeQrPicture(LINK, { format: 'png' })
  writeFileSync(join(folder, 'screenshot.png'), content)
  await changeStore(join(folder, '.config', 'vmess'), (store) => {
    store.use(store.add({ ...tunnel.profile, name: 'home' }))
    store.subscriptions = [{ name: 'work', url: subscription }]
  })
}

/** The server that is inspected in place of the one on the internet. */
async function startTlsServer(): Promise<StartedTls> {
  const names = ['vpn.example.com', '127.0.0.1']
  return startTls(await authority.issue(names, { notAfter: days(90) }), ['h2'])
}
