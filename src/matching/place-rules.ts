/** Address and port, and whether somebody stands in front of the server. */
import { parseIp } from '../address/ip.js'
import type { ServerProfile } from '../dialects/server-profile.js'
import { asWarning, clientDiffers, type MatchInput, type MatchRule, serverDiffers } from './difference.js'

const LOOPBACK = /^(127\.|::1$)/
const EVERYWHERE: readonly string[] = ['0.0.0.0', '::', '']
/** Networks that web servers and CDNs pass on. */
const WEB: readonly string[] = ['ws', 'httpupgrade', 'h2', 'grpc', 'xhttp']

/**
 * A web server or CDN in front: the server listens where only its own machine reaches it, without TLS, and
 * the client comes with TLS over what a web server passes on. Port and TLS are those of the one in front.
 */
export function isBehindFront({ client, server }: MatchInput): boolean {
  return (
    WEB.includes(server.transport.network) &&
    server.tls === undefined &&
    client.tls !== undefined &&
    !isLoopback(client.server) &&
    listensHere(server)
  )
}

export const frontRule: MatchRule = (input) =>
  isBehindFront(input)
    ? asWarning(
        serverDiffers('match.front', {
          message:
            'the server is reached through something in front of it, whose port and TLS cannot be compared',
          hint: 'look at it with: vmess tls inspect HOST:PORT',
          client: `${input.client.server} port ${input.client.port}, TLS`,
          server: `${input.server.listen}, no TLS`,
        }),
      )
    : undefined

export const listenRule: MatchRule = (input) => {
  const { client, server } = input
  if (isBehindFront(input) || !listensHere(server) || isLoopback(client.server)) return undefined
  return serverDiffers('match.listen', {
    message: `the server listens on ${server.listen} alone, where only its own machine reaches it`,
    hint: 'set listen to 0.0.0.0 on the server, or put a web server in front',
    client: client.server,
    server: server.listen,
  })
}

export const addressRule: MatchRule = ({ client, server }) => {
  const { listen } = server
  const wanted = parseIp(listen)
  const dialled = parseIp(client.server)
  if (wanted === undefined || dialled === undefined || EVERYWHERE.includes(listen)) return undefined
  if (isLoopback(listen) || Buffer.compare(wanted, dialled) === 0 || isPrivate(listen)) return undefined
  return clientDiffers(
    'match.address',
    {
      message: `the client dials ${client.server}, the server listens on ${listen}`,
      hint: `set the client's address to ${listen}`,
      client: client.server,
      server: listen,
    },
    (profile) => ({ ...profile, server: listen }),
  )
}

export const portRule: MatchRule = (input) => {
  const { client, server } = input
  const [first] = server.ports
  if (first === undefined || isBehindFront(input) || server.ports.includes(client.port)) return undefined
  const ports = server.ports.length > 3 ? `${first} to ${server.ports.at(-1)}` : server.ports.join(', ')
  return clientDiffers(
    'match.port',
    {
      message: `the client dials port ${client.port}, the server listens on ${ports}`,
      hint: `set the client's port to ${first}`,
      client: String(client.port),
      server: ports,
    },
    (profile) => ({ ...profile, port: first }),
  )
}

/** On loopback, or on a unix socket. */
function listensHere({ listen, ports }: ServerProfile): boolean {
  return ports.length === 0 || isLoopback(listen)
}

function isLoopback(host: string): boolean {
  return LOOPBACK.test(host) || host === 'localhost'
}

/** A server behind a router listens on another address than clients dial. */
function isPrivate(host: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe80)/i.test(
    host,
  )
}
