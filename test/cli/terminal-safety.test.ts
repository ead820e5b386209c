/** Names of others with escape sequences, through every command that shows one. */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startLoopbackPair } from '../../src/operations/probe/loopback.js'
import { changeStore } from '../../src/operations/profiles/store.js'
import { freePort } from '../support/free-port.js'
import { makeFolder, runProgram, RunningProgram } from '../support/spawned-program.js'

const ID = 'b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d'
/** A title, a cleared screen, a colour by its one-byte form, a turned line, a further line, hidden text. */
const NASTY = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egnp.exe\r\n\u200bX\u2066\u0000'
/** What may not reach a terminal: controls but the line feed, format characters, separators. */
const HARMFUL = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

const pair = await startLoopbackPair()
const nastyLink = `vmess://${Buffer.from(
  JSON.stringify({
    v: '2',
    ps: NASTY,
    add: '127.0.0.1',
    port: '1',
    id: ID,
    aid: '0',
    net: 'tcp',
    type: 'none',
    tls: '',
    [NASTY]: NASTY,
  }),
).toString('base64')}`
const provider = createServer((_request, response) => {
  const title = `base64:${Buffer.from(NASTY).toString('base64')}`
  response.setHeader('profile-title', title).end(`${nastyLink}\nvless://x@y:1#${encodeURIComponent(NASTY)}\n`)
}).listen(0, '127.0.0.1')
await once(provider, 'listening')
const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/`

afterAll(async () => {
  provider.close()
  await pair.stop()
})

/** A folder with nasty profiles, a nasty subscription, and nasty files. */
async function makeNastyFolder(): Promise<string> {
  const cwd = makeFolder()
  const store = join(cwd, '.config', 'vmess')
  // As another program, or a person, might have written it: not even names are clean.
  await changeStore(store, (document) => {
    const name = document.add(pair.profile)
    document.use(name)
    document.subscriptions = [{ name: NASTY, url, title: NASTY, updatedAt: NASTY, expiresAt: NASTY }]
  })
  const file = join(store, 'profiles.json')
  const content = JSON.parse(readFileSync(file, 'utf8'))
  content.profiles.push(
    { ...content.profiles[0], name: NASTY, subscription: NASTY },
    { name: `${NASTY}2`, profile: NASTY },
  )
  writeFileSync(file, JSON.stringify(content))
  const user = { id: ID, email: NASTY }
  const server = {
    inbounds: [
      {
        protocol: 'vmess',
        tag: NASTY,
        port: await freePort(),
        listen: '127.0.0.1',
        settings: { clients: [user] },
      },
    ],
  }
  writeFileSync(
    join(cwd, 'server.json'),
    JSON.stringify({ ...server, outbounds: [{ protocol: 'freedom', tag: NASTY }] }),
  )
  writeFileSync(
    join(cwd, 'list.txt'),
    `${nastyLink}\nvless://x@y:1#${encodeURIComponent(NASTY)}\nvmess://${NASTY}\n`,
  )
  return cwd
}

const ADDRESS = ['--address', 'vpn.example.com', '--port', '443']

describe('a nasty name comes out harmless', () => {
  it.each([
    ['import', ['import', 'list.txt']],
    ['import as JSON', ['import', 'list.txt', '--json']],
    ['import of a link', ['import', nastyLink, '--dry-run']],
    ['import of no file', ['import', NASTY.replaceAll('\u0000', '')]],
    ['profile list', ['profile', 'list']],
    ['profile list as JSON', ['profile', 'list', '--json']],
    ['profile show', ['profile', 'show']],
    ['profile show of nobody', ['profile', 'show', NASTY.replaceAll('\u0000', '')]],
    ['profile use of nobody', ['profile', 'use', `${NASTY.replaceAll('\u0000', '')}x`]],
    ['profile use --fastest', ['profile', 'use', '--fastest', '--url', pair.url, '--timeout', '2s']],
    ['profile rename', ['profile', 'rename', 'loopback', NASTY.replaceAll('\u0000', '')]],
    ['profile remove of nobody', ['profile', 'remove', NASTY.replaceAll('\u0000', '')]],
    ['share link of nobody', ['share', 'link', NASTY.replaceAll('\u0000', '')]],
    ['share link', ['share', 'link', 'server.json', ...ADDRESS, '--style', 'url']],
    ['share link as JSON', ['share', 'link', nastyLink, '--json']],
    ['share link of a wrong user', ['share', 'link', 'server.json', ...ADDRESS, '--user', 'nobody']],
    ['share qr', ['share', 'qr', 'server.json', ...ADDRESS]],
    ['share image', ['share', 'image', nastyLink, '-o', 'x.svg']],
    ['sub list', ['sub', 'list']],
    ['sub list as JSON', ['sub', 'list', '--json']],
    ['sub update', ['sub', 'update']],
    ['sub update as JSON', ['sub', 'update', '--json']],
    ['sub update of nobody', ['sub', 'update', `${NASTY.replaceAll('\u0000', '')}x`]],
    ['sub add', ['sub', 'add', 'new', '--url', url]],
    ['sub add as JSON', ['sub', 'add', 'new', '--url', url, '--json']],
    ['sub remove of nobody', ['sub', 'remove', `${NASTY.replaceAll('\u0000', '')}x`]],
    ['sub export', ['sub', 'export', 'server.json', ...ADDRESS]],
    ['sub export of links', ['sub', 'export', 'list.txt', '-f', 'links']],
    ['ping', ['ping', '--all', '-n', '1', '--url', pair.url, '--timeout', '2s']],
    ['ping as JSON', ['ping', '--all', '-n', '1', '--url', pair.url, '--timeout', '2s', '--json']],
    ['ping of a link', ['ping', nastyLink, '-n', '1', '--url', pair.url, '--timeout', '2s']],
    ['speedtest', ['speedtest', '--all', '--duration', '100ms', '--url', pair.url]],
    ['speedtest as JSON', ['speedtest', '--all', '--duration', '100ms', '--url', pair.url, '--json']],
    ['convert', ['convert', 'list.txt', '--to', 'links']],
    ['completion of names', ['completion', '--profiles']],
    ['validate', ['validate', 'server.json']],
    ['serve --check', ['serve', '-c', 'server.json', '--check']],
    ['connect to nobody', ['connect', NASTY.replaceAll('\u0000', '')]],
  ])('from %s', async (_what, args) => {
    const { stdout, stderr } = await runProgram(args, { cwd: await makeNastyFolder() })
    const shown = stdout + stderr
    expect(shown.length).toBeGreaterThan(0)
    expect(HARMFUL.exec(shown)?.[0].codePointAt(0)?.toString(16), shown).toBeUndefined()
  })

  it.each([
    ['serve', ['serve', '-c', 'server.json', '--no-qr'], /listening/],
    ['connect', ['connect', nastyLink, '--mixed', '0'], /listening/],
  ])('from %s', async (_what, args, ready) => {
    const program = new RunningProgram(args, { cwd: await makeNastyFolder() })
    await program.says(ready)
    program.signal('SIGTERM')
    const { stdout, stderr } = await program.ended
    expect(HARMFUL.exec(stdout + stderr)?.[0]).toBeUndefined()
  })

  it('and the test would notice one', () => {
    for (const character of NASTY.replaceAll(/[\n\x20-\x7e]/g, '')) expect(character).toMatch(HARMFUL)
    expect('東京 é 🇯🇵\n').not.toMatch(HARMFUL)
  })
})
