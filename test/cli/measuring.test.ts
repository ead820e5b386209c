/** ping and speedtest as a person runs them: https at the far end, and Ctrl-C in the middle. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer as createWebServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatShareLink } from '../../src/dialects/share-link.js'
import { type LoopbackPair, startLoopbackPair } from '../../src/operations/probe/loopback.js'
import { makeAuthority } from '../support/certificates.js'
import { makeFolder, RunningProgram, runProgram } from '../support/spawned-program.js'

const BLOCK = Buffer.alloc(256 * 1024)
const folder = makeFolder()
const servers: Server[] = []
const held = new Set<Socket>()
let pair: LoopbackPair
let link: string
let urls: { readonly good: string; readonly other: string; readonly plain: string }
let hole: string
let poured = () => {}

const answer: RequestListener = (request, response) => {
  if (request.method === 'POST') request.resume().on('end', () => response.end())
  else if (request.url === '/large') {
    const more = () => {
      poured()
      response.write(BLOCK)
    }
    response.on('drain', more)
    more()
  } else response.writeHead(204).end()
}

async function listen(server: Server): Promise<number> {
  servers.push(server)
  server.on('connection', (socket) => held.add(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  pair = await startLoopbackPair()
  link = formatShareLink({ ...pair.profile, name: 'near' }, 'v2rayn')
  const authority = await makeAuthority()
  writeFileSync(join(folder, 'ca.pem'), authority.certificate)
  const serve = async (name: string) => {
    const { certificate: cert, key } = await authority.issue([name])
    return `https://127.0.0.1:${await listen(createTlsServer({ cert, key }, answer))}/`
  }
  urls = {
    good: await serve('127.0.0.1'),
    other: await serve('other.example'),
    plain: `http://127.0.0.1:${await listen(createWebServer(answer))}/`,
  }
  const port = await listen(createServer((socket) => socket.on('error', () => undefined).resume()))
  hole = formatShareLink({ ...pair.profile, name: 'hole', port }, 'v2rayn')
})

afterAll(async () => {
  await pair?.stop()
  for (const socket of held) socket.destroy()
  for (const server of servers) server.close()
})

const events = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const trusting = () => ({ env: { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } })

describe('https at the far end', () => {
  it('is answered through the tunnel, its certificate checked', async () => {
    const { exit, stdout } = await runProgram(
      ['ping', link, '-n', '2', '--url', urls.good, '--json'],
      trusting(),
    )
    const [result, summary] = events(stdout)
    expect(result).toMatchObject({ name: 'near', ok: true, status: 204, trip: { count: 2 } })
    expect([exit, summary.answered]).toEqual([0, 1])
  })

  it.each([
    ['nobody here trusts', 'good', 'SELF_SIGNED|UNABLE'],
    ['is for another name', 'other', 'ALTNAME'],
  ] as const)('with a certificate that %s is no answer', async (_name, which, why) => {
    const options = which === 'other' ? trusting() : {}
    const args = ['ping', link, '-n', '1', '--url', urls[which], '--json']
    const { exit, stdout } = await runProgram(args, options)
    const { error } = events(stdout)[0]
    expect(error.code).toBe('PROBE_ANSWER')
    expect(error.message).toMatch(
      /^no answer came through the tunnel: TLS with the web server 127\.0\.0\.1: /,
    )
    expect(error.message).toMatch(new RegExp(why))
    expect(exit).toBe(5)
  })

  it.each([['--upload'], []])('is measured by speedtest %s', async (...flags: string[]) => {
    const args = ['speedtest', link, '--url', `${urls.good}large`, '--size', '1MiB', '--json', ...flags]
    const { exit, stdout } = await runProgram(args, trusting())
    const [result] = events(stdout)
    expect(result).toMatchObject({ ok: true, direction: flags.length === 0 ? 'download' : 'upload' })
    expect([exit, result.bytes >= 1024 * 1024]).toEqual([0, true])
  })

  it('is refused with a user name, or as another scheme', async () => {
    for (const url of ['https://me:secret@127.0.0.1/', 'ftp://127.0.0.1/']) {
      const { exit, stderr } = await runProgram(['ping', link, '--url', url])
      expect(stderr).toContain('--url is no http:// or https:// address')
      expect([exit, stderr.includes('secret')]).toEqual([2, false])
    }
  })
})

describe('Ctrl-C', () => {
  it('ends a speed test with what was counted until then', async () => {
    const begun = new Promise<void>((resolve) => {
      let blocks = 0
      poured = () => {
        blocks++
        if (blocks === 20) resolve()
      }
    })
    const program = new RunningProgram([
      'speedtest',
      link,
      hole,
      '--duration',
      '60s',
      '--url',
      `${urls.plain}large`,
    ])
    await begun
    program.signal('SIGINT')
    const { exit, stdout, stderr } = await program.ended
    expect(stdout).toMatch(/near +download +[\d.]+ [KMG]iB\/s/)
    // Its turn had not come.
    expect(stdout).not.toContain('hole')
    expect([exit, stderr]).toEqual([130, ''])
  })

  it('ends a ping with those that have answered', async () => {
    const program = new RunningProgram([
      'ping',
      hole,
      link,
      '-n',
      '1',
      '--timeout',
      '60s',
      '--url',
      urls.plain,
      '--json',
    ])
    await program.says(/"name":"near"/)
    program.signal('SIGINT')
    const { exit, stdout } = await program.ended
    const [result, summary] = events(stdout)
    expect(result).toMatchObject({ name: 'near', ok: true })
    expect(summary).toMatchObject({ servers: 1, answered: 1, best: 'near', interrupted: true })
    expect(exit).toBe(130)
  })
})
