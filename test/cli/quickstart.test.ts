import { afterEach, describe, expect, it } from 'vitest'
import { fetchThrough } from '../support/origin.js'
import { RunningProgram, runProgram } from '../support/spawned-program.js'
import { hasZbar, readTerminalQr } from '../support/terminal-qr.js'

let running: RunningProgram | undefined

afterEach(async () => {
  await running?.kill()
  running = undefined
})

describe('quickstart', () => {
  it('--once shows a tunnel that works and the link, and ends with 0', async () => {
    const { exit, stdout, stderr } = await runProgram(['quickstart', '--once'])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toMatch(/tunnel works: \d+ B in [\d.]+ m?s through (aes-128-gcm|chacha20-poly1305)/)
    expect(stdout).toMatch(/link {4}vmess:\/\/[A-Za-z0-9+/=]+\n/)
    expect(stdout).not.toContain('curl')
  })

  it('that stays up shows how to fetch through it', async () => {
    running = new RunningProgram(['quickstart'])
    await running.says(/curl -x socks5h:\/\/127\.0\.0\.1:\d+ http:\/\/127\.0\.0\.1:\d+\/\n/)
  })

  it.skipIf(!hasZbar)('prints a QR code that zbarimg reads back to the link', async () => {
    const { stdout } = await runProgram(['quickstart', '--once'])
    expect(readTerminalQr(stdout)).toBe(/vmess:\/\/\S+/.exec(stdout)?.[0])
  })

  it('stays up: the page can be fetched through the tunnel until a signal comes', async () => {
    running = new RunningProgram(['quickstart', '--json'])
    const ready = JSON.parse((await running.says(/^.*"event":"ready".*$/m))[0])
    expect(await fetchThrough(ready.proxyUrl.replace('socks5h', 'http'), ready.pageUrl)).toMatch(/^It works/)
    running.signal('SIGINT')
    const { exit, stdout } = await running.ended
    expect(exit).toBe(0)
    expect(stdout).toContain('"event":"stopping"')
    expect(stdout).toMatch(/"event":"summary","uplinkBytes":[1-9]\d*,"downlinkBytes":[1-9]\d*\}\n$/)
  })

  it('--public listens on all interfaces and puts the address into the link', async () => {
    const { stdout } = await runProgram(['quickstart', '--once', '--json', '--public', '192.0.2.7'])
    const { link, server } = JSON.parse(stdout)
    const fields = JSON.parse(Buffer.from(link.slice('vmess://'.length), 'base64').toString())
    expect(server.address).toBe('0.0.0.0')
    expect(fields).toMatchObject({ add: '192.0.2.7', port: String(server.port) })
  })
})
