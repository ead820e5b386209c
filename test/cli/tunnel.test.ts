import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeAuthority } from '../support/certificates.js'
import { freePort } from '../support/free-port.js'
import { fetchThrough, type Origin, startOrigin } from '../support/origin.js'
import { makeFolder, RunningProgram, runProgram } from '../support/spawned-program.js'
import { hasZbar, readTerminalQr } from '../support/terminal-qr.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
const TEXT = 'through the tunnel\n'

const programs: RunningProgram[] = []
const origins: Origin[] = []

afterEach(async () => {
  for (const program of programs.splice(0)) await program.kill()
  for (const origin of origins.splice(0)) await origin.close()
})

function start(
  args: string[],
  options: ConstructorParameters<typeof RunningProgram>[1] = {},
): RunningProgram {
  const program = new RunningProgram(args, options)
  programs.push(program)
  return program
}

async function startPage(): Promise<Origin> {
  const origin = await startOrigin(TEXT)
  origins.push(origin)
  return origin
}

/** `serve` on a free port, and its link. */
async function startServer(...args: string[]): Promise<{ server: RunningProgram; link: string }> {
  const server = start(['serve', '-l', '127.0.0.1:0', '--no-qr', '-i', ID, ...args])
  const [link] = await server.says(/vmess:\/\/\S+(?=\n)/)
  return { server, link }
}

async function proxyOf(client: RunningProgram): Promise<string> {
  const [, address] = await client.says(/socks5h:\/\/(\S+)\n/)
  return `http://${address}`
}

describe('serve and connect', () => {
  it('carry a request from a link to a web server', async () => {
    const { link } = await startServer()
    const client = start(['connect', link, '--mixed', '0'])
    const page = await startPage()
    expect(await fetchThrough(await proxyOf(client), page.url)).toBe(TEXT)
    expect(client.stdout).toMatch(/^through 127\.0\.0\.1:\d+ {2}vmess over tcp, no TLS$/m)
    expect(client.stdout).toMatch(/curl -x socks5h:\/\/127\.0\.0\.1:\d+ https:\/\/example\.com/)
    expect(client.stdout).toMatch(/export ALL_PROXY=socks5h:\/\/127\.0\.0\.1:\d+/)
  })

  it('carry it between two configuration files', async () => {
    const folder = makeFolder()
    const port = await freePort()
    const outbound = { address: '127.0.0.1', port, users: [{ id: ID }] }
    const files = {
      'server.json': {
        inbounds: [{ protocol: 'vmess', listen: '127.0.0.1', port, settings: { clients: [{ id: ID }] } }],
        outbounds: [{ protocol: 'freedom' }],
      },
      'client.json': { outbounds: [{ protocol: 'vmess', settings: { vnext: [outbound] } }] },
    }
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), JSON.stringify(content))
    await start(['serve', '-c', 'server.json'], { cwd: folder }).says(/listening on/)
    const client = start(['connect', '-c', 'client.json', '--http', '0', '--socks', '0', '--json'], {
      cwd: folder,
    })
    const { httpUrl, socksUrl, proxyUrl, servers } = JSON.parse((await client.says(/^\{.*\}$/m))[0])
    expect(servers).toEqual([{ address: '127.0.0.1', port, transport: 'tcp', tls: false }])
    expect([proxyUrl, httpUrl.startsWith('http://127.0.0.1:')]).toEqual([socksUrl, true])
    expect(await fetchThrough(httpUrl, (await startPage()).url)).toBe(TEXT)
  })

  it.each(['ws', 'httpupgrade', 'h2', 'grpc'])('carry it over %s', async (transport) => {
    const place = transport === 'grpc' ? ['--service-name', 'Gun'] : ['--path', '/ray']
    const { server, link } = await startServer('--transport', transport, ...place)
    expect(server.stdout).toContain(`vmess over ${transport}, no TLS`)
    const client = start(['connect', link, '--mixed', '0'])
    expect(await fetchThrough(await proxyOf(client), (await startPage()).url)).toBe(TEXT)
  })

  it('name TLS in the link, and refuse a certificate that nobody signed', async () => {
    const folder = makeFolder()
    const { certificate, key } = await (await makeAuthority()).issue(['vpn.example.com'])
    writeFileSync(join(folder, 'chain.pem'), certificate)
    writeFileSync(join(folder, 'key.pem'), key)
    const flags = ['--tls', '--cert', join(folder, 'chain.pem'), '--key', join(folder, 'key.pem')]
    const { server, link } = await startServer(...flags, '-t', 'ws', '--sni', 'vpn.example.com')
    expect(server.stdout).toContain('vmess over ws, TLS')
    const client = start(['connect', link, '--mixed', '0'])
    const proxy = await proxyOf(client)
    await fetchThrough(proxy, (await startPage()).url).catch(() => undefined)
    await client.says(/TRANSPORT_TLS_UNTRUSTED/, 'stderr')
  })

  it('take the link from standard input', async () => {
    const { link } = await startServer('--security', 'chacha20-poly1305')
    const client = start(['connect', '-', '--mixed', '0'], { stdin: `${link}\n` })
    expect(await fetchThrough(await proxyOf(client), (await startPage()).url)).toBe(TEXT)
  })

  it('take the id from a file or the environment, and say when others can read the file', async () => {
    const folder = makeFolder()
    writeFileSync(join(folder, 'id.txt'), `${ID}\n`)
    chmodSync(join(folder, 'id.txt'), 0o644)
    const fromFile = start(['serve', '-l', '0', '--no-qr', '--id-file', 'id.txt'], { cwd: folder })
    const fromEnvironment = start(['serve', '-l', '0', '--no-qr'], { env: { VMESS_ID: ID } })
    const idOf = async (server: RunningProgram): Promise<string> => {
      const [, payload = ''] = await server.says(/vmess:\/\/(\S+)\n/)
      return JSON.parse(Buffer.from(payload, 'base64').toString()).id
    }
    expect(await idOf(fromFile)).toBe(ID)
    expect(await idOf(fromEnvironment)).toBe(ID)
    await fromFile.says(/others can read id\.txt; run: chmod 600 id\.txt/, 'stderr')
  })

  it('say when the link of a server is for this machine only', async () => {
    const everywhere = start(['serve', '-l', '0.0.0.0:0', '--no-qr', '-i', ID])
    await everywhere.says(/use --public ADDR for a link that others can use/, 'stderr')
  })

  it('say when a configuration has no local proxy', async () => {
    const settings = { address: '127.0.0.1', port: 9, network: 'tcp' }
    const inbound = { protocol: 'dokodemo-door', listen: '127.0.0.1', port: await freePort(), settings }
    const config = { inbounds: [inbound], outbounds: [{ protocol: 'freedom' }] }
    const client = start(['connect', '-c', '-'], { stdin: JSON.stringify(config) })
    await client.says(/no local proxy in this configuration/, 'stderr')
  })

  it('warn when a local proxy is open to others', async () => {
    const { link } = await startServer()
    const client = start(['connect', link, '--socks', '0.0.0.0:0'])
    await client.says(/--socks is not on loopback/, 'stderr')
  })
})

describe('serve', () => {
  it('says where it listens, for how many, and the link', async () => {
    const { server } = await startServer()
    expect(server.stdout).toMatch(
      /^listening on 127\.0\.0\.1:\d+ {2}vmess over tcp, no TLS, 1 user\nlink {2}vmess:/,
    )
  })

  it.skipIf(!hasZbar)('prints a QR code of the link', async () => {
    const server = start(['serve', '-l', '0', '--public', 'vpn.example.com'], { env: { VMESS_ID: ID } })
    const [, link] = await server.says(/(vmess:\/\/\S+)\n.*\n(█+\n){2}$/s)
    expect(readTerminalQr(server.stdout)).toBe(link)
  })

  it('writes its log as JSON, with the reason for a refusal and no id', async () => {
    const { server } = await startServer('--log-format', 'json')
    const [, port] = await server.says(/127\.0\.0\.1:(\d+)/)
    await sendGarbage(Number(port))
    const record = JSON.parse((await server.says(/^\{.*"level":"warning".*\}$/m, 'stderr'))[0])
    expect(record).toMatchObject({ code: expect.stringMatching(/^VMESS_/), message: expect.any(String) })
    expect(Date.parse(record.time)).not.toBeNaN()
    expect(server.stderr).not.toContain(ID)
  })

  it('writes remarks from before the log is open as JSON too', async () => {
    const server = start(['serve', '-l', '127.0.0.1:0', '--no-qr', '--log-format', 'json'])
    await server.says(/listening/)
    const records = server.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(records).toMatchObject([{ level: 'warning', message: expect.stringMatching(/^no id given/) }])
  })

  it('writes the logs that a configuration names', async () => {
    const folder = makeFolder()
    const port = await freePort()
    const config = {
      log: { access: 'access.log', error: 'error.log', loglevel: 'info' },
      inbounds: [{ protocol: 'http', listen: '127.0.0.1', port }],
      outbounds: [{ protocol: 'freedom', tag: 'direct' }],
    }
    writeFileSync(join(folder, 'server.json'), JSON.stringify(config))
    const server = start(['serve', '-c', 'server.json'], { cwd: folder })
    await server.says(/listening/)
    const page = await startPage()
    expect(await fetchThrough(`http://127.0.0.1:${port}`, page.url)).toBe(TEXT)
    const access = readFileSync(join(folder, 'access.log'), 'utf8')
    const line = `^\\d{4}(/\\d\\d){2} \\d\\d(:\\d\\d){2} 127\\.0\\.0\\.1:\\d+ accepted tcp:127\\.0\\.0\\.1:${page.port} \\[direct\\]\\n$`
    expect(access).toMatch(new RegExp(line))
    expect(readFileSync(join(folder, 'error.log'), 'utf8')).toContain('flow accepted')
    expect(server.stderr).toBe('')
  })

  it('names the port that is in use and ends with 9, with --json alike', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const plain = await runProgram(['serve', '-l', String(port), '-i', ID])
    const json = await runProgram(['serve', '-l', String(port), '-i', ID, '--json'])
    taken.close()
    expect(plain).toMatchObject({ exit: 9, stdout: '' })
    expect(plain.stderr).toContain(`127.0.0.1:${port}`)
    expect(json.exit).toBe(9)
    expect(JSON.parse(json.stdout).error).toMatchObject({ code: 'TRANSPORT_LISTEN', exitCode: 9 })
  })
})

/** What is no VMess head, and the end of the connection. */
async function sendGarbage(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {
    // Being cut off is what it deserves.
  })
  socket.end('x'.repeat(200))
  socket.resume()
  await once(socket, 'close')
}
