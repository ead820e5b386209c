import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.js'
import { PROGRAM } from '../support/spawned-program.js'

const FULL = '/dev/full'
let server: ChildProcess | undefined

afterEach(() => {
  server?.kill('SIGKILL')
})

interface Setup {
  readonly log?: object
  readonly stderr?: number
}

/** A proxy that says what it does, at every level, in a log that cannot be written. */
async function startProxy({ log = {}, stderr }: Setup): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort()
  const child = spawn(process.execPath, [PROGRAM, 'serve', '-c', '-', '--log-level', 'debug'], {
    stdio: ['pipe', 'pipe', stderr ?? 'pipe'],
  })
  server = child
  const inbounds = [{ protocol: 'http', listen: '127.0.0.1', port }]
  child.stdin?.end(JSON.stringify({ log, inbounds, outbounds: [{ protocol: 'blackhole' }] }))
  child.stdout?.setEncoding('utf8')
  for await (const text of child.stdout?.iterator({ destroyOnReturn: false }) ?? [])
    if (String(text).includes('listening')) break
  return { port, child }
}

/** What the proxy answers to a tunnel, which is taken, logged and refused by the outbound. */
async function openTunnel(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write('CONNECT 127.0.0.1:9 HTTP/1.1\r\nHost: 127.0.0.1:9\r\n\r\n')
  const [answer] = (await once(socket.setEncoding('utf8'), 'data')) as [string]
  socket.destroy()
  return answer.split('\r\n', 1)[0] as string
}

async function expectToServe({ port, child }: { port: number; child: ChildProcess }): Promise<void> {
  for (let i = 0; i < 3; i++) expect(await openTunnel(port)).toContain(' 403 ')
  expect(child.exitCode).toBe(null)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
}

describe.skipIf(process.platform !== 'linux')('a server goes on', () => {
  it('when nobody reads stderr any more', async () => {
    const started = await startProxy({})
    started.child.stderr?.destroy()
    await expectToServe(started)
  })

  it('when stderr goes to a full disk', async () => {
    const full = openSync(FULL, 'w')
    const started = await startProxy({ stderr: full })
    closeSync(full)
    await expectToServe(started)
  })

  it('when its error log is on a full disk', async () => {
    await expectToServe(await startProxy({ log: { error: FULL } }))
  })

  it('when its access log is on a full disk', async () => {
    await expectToServe(await startProxy({ log: { access: FULL } }))
  })
})
