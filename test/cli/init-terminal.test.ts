/** The questions of init at a real terminal. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { closeTerminal, CTRL_C, CTRL_U, DOWN, ENTER, hasScript, openTerminal } from '../support/terminal.js'
import { makeFolder } from '../support/spawned-program.js'

const SIZE = { columns: 160, rows: 70 }

afterEach(closeTerminal)

describe.skipIf(!hasScript)('init at a terminal', () => {
  it('asks for everything, says what is wrong while it is typed, and writes the pair', async () => {
    const cwd = makeFolder()
    const screen = openTerminal('init', { ...SIZE, cwd })
    await screen.until('What is it for? (--for)')
    screen.type(ENTER)
    await screen.until('as clients reach it (--address)')
    screen.type(`${CTRL_U}1.2.3`)
    await screen.until('[looks like an IPv4 address and is none] 1.2.3')
    screen.type(`${CTRL_U}vpn.example.com${ENTER}`)
    await screen.until('Transport (--transport, --header)')
    screen.type(`${DOWN}${DOWN}${ENTER}`)
    await screen.until('TLS (--self-signed')
    screen.type(ENTER)
    await screen.until('Port that clients dial (--port)')
    screen.type(`99999${ENTER}`)
    await screen.until('is not a port from 1 to 65535')
    screen.type(`${CTRL_U}8443${ENTER}`)
    await screen.until('Names of the users')
    screen.type(`alice, bob${ENTER}`)
    await screen.until('Cipher (--security)')
    screen.type(ENTER)
    await screen.until('Folder for the files (--dir)')
    screen.type(`pair${ENTER}`)
    expect(await screen.exit).toBe(0)
    expect(screen.shown).toContain('vmess serve -c pair/server.json')
    expect(screen.shown).toContain('--address vpn.example.com --port 8443')
    expect(readdirSync(join(cwd, 'pair')).sort()).toEqual([
      'cert.pem',
      'client-alice.json',
      'client-bob.json',
      'server.json',
    ])
    const server = JSON.parse(readFileSync(join(cwd, 'pair/server.json'), 'utf8'))
    expect(server.inbounds[0]).toMatchObject({
      port: 8443,
      settings: { clients: [{ email: 'alice' }, { email: 'bob' }] },
      streamSettings: { network: 'ws', security: 'tls' },
    })
  })

  it('is interrupted without a trace', async () => {
    const cwd = makeFolder()
    const screen = openTerminal('init', { ...SIZE, cwd })
    await screen.until('What is it for?')
    screen.type(ENTER)
    await screen.until('--address')
    screen.type(`vpn.example.com${ENTER}`)
    await screen.until('Transport')
    screen.type(CTRL_C)
    expect(await screen.exit).toBe(130)
    expect(screen.shown).toContain('CLI_CANCELLED')
    expect(existsSync(join(cwd, 'tunnel'))).toBe(false)
  })

  it('asks only for what flags leave open, and keeps the answer on stdout apart', async () => {
    const cwd = makeFolder()
    const flags = '--for local -a 127.0.0.1 -t tcp -p 10086 --no-tls -s auto --dir out'
    const screen = openTerminal(`init ${flags} > said.txt`, { ...SIZE, cwd })
    await screen.until('Names of the users')
    screen.type(ENTER)
    expect(await screen.exit).toBe(0)
    expect(screen.shown.match(/\(--[a-z]+\)/g)?.every((flag) => flag === '(--name)')).toBe(true)
    expect(readFileSync(join(cwd, 'said.txt'), 'utf8')).toMatch(/^server {2}out\/server\.json\n/)
  })

  it('asks nothing with --yes', async () => {
    const cwd = makeFolder()
    const screen = openTerminal('init --for local --yes', { ...SIZE, cwd })
    expect(await screen.exit).toBe(0)
    expect(screen.shown).not.toContain('(--')
    expect(existsSync(join(cwd, 'tunnel/server.json'))).toBe(true)
  })
})
