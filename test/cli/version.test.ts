/** `version --check` against a registry on loopback: what it is asked, what it may answer, and when it is silent. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compareVersions } from '../../src/operations/newest-version.js'
import { freePort } from '../support/free-port.js'
import { makeFolder, runProgram } from '../support/spawned-program.js'

let answer = ''
const asked: IncomingMessage[] = []
const server = createServer((request, response) => {
  asked.push(request)
  if (answer === 'silence') return
  response.writeHead(answer === '' ? 404 : 200, { 'content-type': 'application/json' })
  response.end(answer)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/npm`
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function check(given: string, ...args: string[]) {
  answer = given
  asked.length = 0
  return runProgram(['version', '--check', '--registry', registry, ...args])
}

describe('version --check', () => {
  it('says that there is a newer one, and how to get it', async () => {
    const { exit, stdout } = await check('{"version": "99.1.0"}')
    expect(exit).toBe(0)
    expect(stdout).toContain('99.1.0 is out: npm install --global vmess-kit@99.1.0')
    expect(asked.map(({ url }) => url)).toEqual(['/npm/vmess-kit/latest'])
    expect(asked[0]?.headers['user-agent']).toMatch(/^vmess-kit\/\d/)
  })

  it('says so when there is none', async () => {
    const { stdout } = await check('{"version": "0.0.1"}', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: { latest: '0.0.1', outdated: false } })
  })

  it.each([
    ['no such package', ''],
    ['no JSON', '<html>'],
    ['no version', '{"version": "\\u001b[2J"}'],
    ['null', 'null'],
  ])('ends with 5 for an answer that is %s', async (_, given) => {
    const { exit, stderr, stdout } = await check(given)
    expect(exit).toBe(5)
    expect(stderr).toContain('Code: VERSION_CHECK')
    expect(stdout).toContain('vmess-kit')
  })

  it('waits no longer than it may', async () => {
    const { exit, stdout } = await check('silence', '--timeout', '300ms', '--json')
    expect(exit).toBe(5)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'VERSION_CHECK' },
      data: { version: expect.any(String) },
    })
  })

  it('ends with 5 where nobody is', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`
    const { exit, stderr } = await runProgram(['version', '--check', '--registry', nobody])
    expect(exit).toBe(5)
    expect(stderr).toContain('Code: VERSION_CHECK')
  })

  it("takes npm's own registry: its variable, or the file of the user", async () => {
    answer = '{"version": "99.1.0"}'
    const byVariable = await runProgram(['version', '--check'], { env: { npm_config_registry: registry } })
    expect(byVariable.stdout).toContain('99.1.0 is out')
    const file = join(makeFolder(), 'npmrc')
    writeFileSync(file, `; mine\nregistry = \${REGISTRY}/\n`)
    const env = { npm_config_registry: '', NPM_CONFIG_USERCONFIG: file, REGISTRY: registry }
    const byFile = await runProgram(['version', '--check', '--json'], { env })
    expect(JSON.parse(byFile.stdout)).toMatchObject({ data: { outdated: true } })
  })

  it('goes through the proxy of the environment', async () => {
    const env = { http_proxy: new URL(registry).origin, no_proxy: '' }
    answer = '{"version": "99.1.0"}'
    const tunnels: string[] = []
    server.once('connect', (request, socket) => {
      tunnels.push(request.url ?? '')
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
    const { exit } = await runProgram(['version', '--check', '--registry', 'http://registry.invalid'], {
      env,
    })
    const plain = asked.map(({ url }) => url).filter((url) => url?.includes('registry.invalid'))
    expect([exit, tunnels.length + plain.length > 0]).toEqual([tunnels.length > 0 ? 5 : 0, true])
  })

  it('refuses an address that is none, and --registry alone', async () => {
    expect((await runProgram(['version', '--check', '--registry', 'ftp://x'])).exit).toBe(2)
    expect((await runProgram(['version', '--registry', registry])).exit).toBe(2)
  })
})

describe('the order of versions', () => {
  const ORDER = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '2.0.0',
  ]
  it('is that of Semantic Versioning', () => {
    for (const [i, a] of ORDER.entries()) {
      for (const [j, b] of ORDER.entries()) expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(i - j))
    }
    expect(compareVersions('1.0.0+build', '1.0.0')).toBe(0)
  })
})
