import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.js'
import { RunningProgram } from '../support/spawned-program.js'

let target: Server
let program: RunningProgram
let socket: Socket

/** A proxy in front of a target that says one byte and then nothing, with one connection open. */
beforeEach(async () => {
  target = createServer((peer) => peer.on('error', ignore).write('!')).listen(0, '127.0.0.1')
  await once(target, 'listening')
  program = new RunningProgram(['serve', '-c', '-', '--grace', '300ms'], { stdin: await config(target) })
  const [, port] = await program.says(/127\.0\.0\.1:(\d+)/)
  socket = connect(Number(port), '127.0.0.1').on('error', ignore)
  await once(socket, 'data')
})

afterEach(async () => {
  socket.destroy()
  target.close()
  await program.kill()
})

function ignore(): void {
  // The program cuts the connection; that is what is tested.
}

/** A fixed way to the target: a connection is open as soon as it is accepted. */
async function config(server: Server): Promise<string> {
  const { port } = server.address() as AddressInfo
  const settings = { address: '127.0.0.1', port, network: 'tcp' }
  return JSON.stringify({
    inbounds: [{ protocol: 'dokodemo-door', listen: '127.0.0.1', port: await freePort(), settings }],
    outbounds: [{ protocol: 'freedom' }],
  })
}

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s waits the grace, ends what is left, and exits with 0',
    async (name) => {
      program.signal(name)
      const { exit, stderr } = await program.ended
      expect(exit).toBe(0)
      expect(stderr).toMatch(/^stopping, 1 connection, again to force\nstopped; 0 B up, 1 B down\n$/)
    },
  )

  it('is told in JSON where the log is', async () => {
    const server = new RunningProgram(['serve', '-c', '-', '--log-format', 'json'], {
      stdin: await config(target),
    })
    await server.says(/listening/)
    server.signal('SIGTERM')
    const records = (await server.ended).stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(records).toMatchObject([
      { level: 'info', message: 'stopping', connections: 0 },
      { level: 'info', message: 'summary', uplinkBytes: 0 },
    ])
  })

  it('ends it as soon as the last connection is over', async () => {
    program.signal('SIGINT')
    await program.says(/stopping/, 'stderr')
    socket.destroy()
    expect((await program.ended).exit).toBe(0)
  })

  it('twice exits with 130 at once', async () => {
    program.signal('SIGINT')
    await program.says(/stopping/, 'stderr')
    program.signal('SIGINT')
    const { exit, stderr } = await program.ended
    expect({ exit, stderr }).toEqual({ exit: 130, stderr: 'stopping, 1 connection, again to force\n' })
  })
})
