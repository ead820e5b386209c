/**
 * The least that a hop over TLS costs in Node: joins tcp and TLS, and does nothing else. `bare CONFIG.json`
 * reads of the V2Ray JSON of a hop only ports and certificate; `VMESS_BENCH_TARGET` is where a server leads to.
 */
import { readFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import {
  connect as connectTls,
  createSecureContext,
  createServer as createTlsServer,
  type TLSSocket,
} from 'node:tls'

interface Config {
  readonly inbounds: readonly {
    readonly port: number
    readonly protocol: string
    readonly streamSettings?: { readonly tlsSettings: { readonly certificates: readonly Pem[] } }
  }[]
  readonly outbounds: readonly {
    readonly settings?: { readonly vnext: readonly { readonly port: number }[] }
  }[]
}

interface Pem {
  readonly certificate: readonly string[]
  readonly key: readonly string[]
}

const HOST = '127.0.0.1'
const file = process.argv[2]
if (file === undefined) throw new Error('usage: bare CONFIG.json')
const config = JSON.parse(readFileSync(file, 'utf8')) as Config
const context = createSecureContext()
let session: Buffer | undefined

function openTls(port: number): TLSSocket {
  const options = { port, host: HOST, secureContext: context, rejectUnauthorized: false, allowHalfOpen: true }
  const socket = connectTls(options) as TLSSocket & { setSession(session: Buffer): void }
  socket.setNoDelay(true)
  if (session !== undefined) socket.setSession(session)
  return socket.on('session', (given) => {
    session = given
  })
}

function join(a: Socket, b: Socket): void {
  for (const socket of [a, b]) {
    socket.on('error', () => undefined)
    socket.on('close', () => {
      a.destroy()
      b.destroy()
    })
  }
  a.pipe(b).pipe(a)
}

for (const { port, protocol, streamSettings } of config.inbounds) {
  const [pem] = streamSettings?.tlsSettings.certificates ?? []
  if (pem !== undefined) {
    const target = Number(process.env.VMESS_BENCH_TARGET)
    const identity = { cert: pem.certificate.join('\n'), key: pem.key.join('\n'), noDelay: true }
    createTlsServer({ ...identity, allowHalfOpen: true }, (socket) => {
      join(socket, connect({ port: target, host: HOST, allowHalfOpen: true, noDelay: true }))
    }).listen({ port, host: HOST, backlog: 2048 })
    continue
  }
  const to = config.outbounds[0]?.settings?.vnext[0]?.port ?? 0
  createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    // A port that only shows that the program is up leads nowhere.
    if (protocol === 'socks') socket.destroy()
    else join(socket, openTls(to))
  }).listen({ port, host: HOST, backlog: 2048 })
}
process.once('SIGTERM', () => process.exit(0))
