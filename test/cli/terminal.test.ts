/** What only a real terminal shows, by way of script(1). */
import { afterEach, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { makeFolder, runProgram } from '../support/spawned-program.js'
import { closeTerminal, CTRL_C, DOWN, ENTER, hasScript, openTerminal as open } from '../support/terminal.js'

afterEach(closeTerminal)

describe.skipIf(!hasScript)('at a terminal', () => {
  it('a live line is drawn, and Ctrl-C takes it away', async () => {
    const screen = open('quickstart', { columns: 100, rows: 60 })
    await screen.until('0 connections   0 users   up 0 B/s')
    screen.type(CTRL_C)
    expect(await screen.exit).toBe(0)
    expect(screen.shown).toContain('\r\u001b[2Kstopping, 0 connections, again to force\r\n')
    expect(screen.shown).toMatch(/stopped; [^\n]+ up, [^\n]+ down\r\n$/)
  })

  it('connect asks for a link, says what is wrong with it, and takes a right one', async () => {
    const screen = open('connect --mixed 0', { columns: 200, rows: 60 })
    await screen.until('vmess:// link (or give LINK or --config FILE)')
    screen.type('vless://x\r')
    await screen.until('not a vmess link')
    screen.type('\u0015vmess://b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d@127.0.0.1:9?type=tcp\r')
    await screen.until('ALL_PROXY')
    screen.type(CTRL_C)
    expect(await screen.exit).toBe(0)
  })

  it('connect offers the stored servers where none is in use', async () => {
    const cwd = makeFolder()
    const link = (port: number) => `vmess://b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d@127.0.0.1:${port}?type=tcp`
    const env = { HOME: cwd, XDG_CONFIG_HOME: join(cwd, '.config') }
    await runProgram(['import', link(7), '--name', 'home'], { cwd, env })
    await runProgram(['import', link(8), '--name', 'work'], { cwd, env })
    const screen = open('connect --mixed 0', { columns: 200, rows: 60, cwd, home: cwd })
    await screen.until('Which server? (vmess connect NAME; vmess profile use NAME for good)')
    await screen.until('work  127.0.0.1:8  tcp')
    screen.type(`${DOWN}${ENTER}`)
    await screen.until('through 127.0.0.1:8')
    screen.type(CTRL_C)
    expect(await screen.exit).toBe(0)
  })

  it('a question that is interrupted ends with 130', async () => {
    const screen = open('connect', { columns: 100, rows: 60 })
    await screen.until('vmess:// link')
    screen.type(CTRL_C)
    expect(await screen.exit).toBe(130)
    expect(screen.shown).toContain('CLI_CANCELLED')
  })

  it('--no-input asks nothing', async () => {
    const screen = open('connect --no-input', { columns: 100, rows: 60 })
    expect(await screen.exit).toBe(2)
    expect(screen.shown).toContain('CLI_INPUT_MISSING')
  })

  it('--quiet draws none', async () => {
    const screen = open('quickstart --quiet', { columns: 100, rows: 60 })
    await screen.until('curl -x')
    screen.type(CTRL_C)
    expect(await screen.exit).toBe(0)
    expect(screen.shown).not.toMatch(/connections|stopp/)
  })

  it('a QR code that does not fit gives way to advice', async () => {
    const screen = open('quickstart --once', { columns: 60, rows: 60 })
    expect(await screen.exit).toBe(0)
    expect(screen.shown).toMatch(/the QR code does not fit the terminal: it needs \d+ columns and \d+ rows/)
    expect(screen.shown).not.toContain('█')
  })

  it('reading standard input says so', async () => {
    const screen = open('connect -', { columns: 100, rows: 60 })
    await screen.until('reading standard input; finish with Ctrl-D')
    screen.type(CTRL_C)
    expect(await screen.exit).toBeGreaterThan(0)
  })
})
