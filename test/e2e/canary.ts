/** A well-behaved client of an attacked server: it must notice nothing. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { parseConfig } from '../../src/config/v2ray-json.js'
import { startInstance } from '../../src/engine/instance.js'
import { freePort } from '../support/free-port.js'
import { silentLogger } from '../support/silent-logger.js'
import { GREETING } from '../support/targets.js'
import { dokodemoInbound, v2rayClient } from '../support/v2ray-config.js'
import { take } from '../support/take.js'
import { within } from '../support/within.js'
import { VMESS_USER } from './heads.js'

const ECHO_BYTES = 100_000
const WITHIN_MS = 10_000

export interface Canary {
  /** What the long-lived connection holds in the server: the VMess side and the target's. */
  readonly socketsInServer: number
  /** Sends noise through the long-lived connection and wants it back. */
  echo(): Promise<void>
  /** The same on a new connection. */
  echoAnew(): Promise<void>
  stop(): Promise<void>
}

/** Keeps one connection open through the VMess inbound at `serverPort` to an echoing target. */
export async function startCanary(serverPort: number, greeterPort: number): Promise<Canary> {
  const port = await freePort()
  const forward = dokodemoInbound(port, { host: '127.0.0.1', port: greeterPort })
  const json = JSON.stringify(v2rayClient(forward, { port: serverPort, user: VMESS_USER }))
  const client = await startInstance(parseConfig(json, { file: 'canary.json' }).config, {
    logger: silentLogger,
  })
  const kept = await open(port)
  return {
    socketsInServer: 2,
    echo: () => echo(kept),
    echoAnew: async () => {
      const socket = await open(port)
      await echo(socket)
      socket.destroy()
    },
    stop: async () => {
      kept.destroy()
      await client.stop({ graceMs: 0 })
    },
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => socket.destroy())
  await within(WITHIN_MS, 'the greeting', take(socket, GREETING.length))
  return socket
}

async function echo(socket: Socket): Promise<void> {
  const noise = randomBytes(ECHO_BYTES)
  socket.write(noise)
  const back = await within(WITHIN_MS, 'the echo', take(socket, ECHO_BYTES))
  if (!back.equals(noise)) throw new Error('the echo differs')
}
