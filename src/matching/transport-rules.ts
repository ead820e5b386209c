/** The network and what goes with it: path, Host, service name, disguise, seed (failures C3, C8, C12, C15, C17). */
import type { Profile, ProfileTransport } from '../dialects/profile.js'
import { clientDiffers, type Difference, type MatchInput, type MatchRule, shown } from './difference.js'

type Of<Network extends ProfileTransport['network']> = Extract<ProfileTransport, { network: Network }>

/** What h2 clients of V2Ray ask for when they name nobody. */
const H2_DEFAULT_HOST = 'www.example.com'

export const networkRule: MatchRule = ({ client, server }) => {
  const [has, wants] = [client.transport, server.transport]
  if (has.network !== wants.network) {
    const message = `the client speaks ${has.network}, the server ${wants.network}`
    return replaced('match.transport', wants, { message, client: has.network, server: wants.network })
  }
  if (has.network !== 'tcp' || wants.network !== 'tcp' || has.header === wants.header) return undefined
  const message = `the header of tcp is ${has.header} at the client and ${wants.header} at the server`
  return replaced('match.header', wants, { message, client: has.header, server: wants.header })
}

/** Rules for sides that have the same network already. */
export const transportRule = ({ client, server }: MatchInput): Difference[] => {
  const [has, wants] = [client.transport, server.transport]
  if (has.network !== wants.network) return []
  switch (has.network) {
    case 'ws':
      return differences(
        pathRule(has, wants as Of<'ws'>),
        hostRule(client, has.host, wants as Of<'ws'>),
        earlyDataRule(has, wants as Of<'ws'>),
      )
    case 'httpupgrade':
      return differences(
        pathRule(has, wants as Of<'httpupgrade'>),
        hostRule(client, has.host, wants as Of<'httpupgrade'>),
      )
    case 'xhttp':
      return differences(
        pathRule(has, wants as Of<'xhttp'>),
        hostRule(client, has.host, wants as Of<'xhttp'>),
      )
    case 'h2':
      return differences(pathRule(has, wants as Of<'h2'>), hostsRule(has, wants as Of<'h2'>))
    case 'grpc':
      return differences(serviceRule(has, wants as Of<'grpc'>))
    case 'kcp':
      return differences(
        fieldRule('header', has, wants as Of<'kcp'>),
        fieldRule('seed', has, wants as Of<'kcp'>),
      )
    case 'quic': {
      const server = wants as Of<'quic'>
      return differences(
        fieldRule('header', has, server),
        fieldRule('security', has, server),
        fieldRule('key', has, server),
      )
    }
    case 'tcp':
      return differences(tcpPathRule(has, wants as Of<'tcp'>))
  }
}

function differences(...found: readonly (Difference | undefined)[]): Difference[] {
  return found.filter((one) => one !== undefined)
}

function replaced(
  id: Difference['id'],
  wants: ProfileTransport,
  words: Pick<Difference, 'message' | 'client' | 'server'>,
): Difference {
  const hint = `set it to ${words.server} at the client`
  return clientDiffers(id, { hint, ...words }, (profile) => ({ ...profile, transport: wants }))
}

interface Placed {
  readonly path: string
}

function pathRule<Transport extends ProfileTransport & Placed>(
  has: Transport,
  wants: Placed,
): Difference | undefined {
  const [own, other] = [slashed(has.path), slashed(wants.path)]
  if (own === other) return undefined
  const why =
    own.split('?')[0] === other
      ? '; what stands behind ? belongs to the path for most servers'
      : own.replace(/\/$/, '') === other.replace(/\/$/, '')
        ? '; the slash at the end counts'
        : ''
  return clientDiffers(
    'match.path',
    {
      message: `the client asks for path ${own}, the server answers on ${other}${why}`,
      hint: `set the client's path to ${other}`,
      client: own,
      server: other,
    },
    (profile) => ({ ...profile, transport: { ...profile.transport, path: other } as ProfileTransport }),
  )
}

function slashed(path: string): string {
  return path.startsWith('/') ? path : `/${path}`
}

/** What a client sends as Host when it is not told: the TLS name, else the address. */
function hostRule(client: Profile, host: string, wants: { readonly host: string }): Difference | undefined {
  if (wants.host === '') return undefined
  const sent = host || client.tls?.serverName || client.server
  if (sameHost(sent, wants.host)) return undefined
  return clientDiffers('match.host', hostWords(sent, wants.host), (profile) => ({
    ...profile,
    transport: { ...profile.transport, host: wants.host } as ProfileTransport,
  }))
}

function hostsRule(has: Of<'h2'>, wants: Of<'h2'>): Difference | undefined {
  if (wants.hosts.length === 0) return undefined
  const sent = has.hosts.length === 0 ? [H2_DEFAULT_HOST] : has.hosts
  const unknown = sent.find((host) => !wants.hosts.some((other) => sameHost(host, other)))
  if (unknown === undefined) return undefined
  return clientDiffers('match.host', hostWords(unknown, wants.hosts.join(', ')), (profile) => ({
    ...profile,
    transport: { ...profile.transport, hosts: wants.hosts } as ProfileTransport,
  }))
}

function hostWords(client: string, server: string) {
  const message = `the client asks for Host ${client}, the server answers for ${server} alone`
  return { message, hint: `set the client's Host to ${server}`, client, server }
}

function sameHost(a: string, b: string): boolean {
  const bare = (host: string): string => host.toLowerCase().replace(/:\d+$/, '')
  return bare(a) === bare(b)
}

/** Xray's servers take early data in the header of the protocol whatever they are told; V2Ray's only if told. */
function earlyDataRule(has: Of<'ws'>, wants: Of<'ws'>): Difference | undefined {
  const own = has.earlyData
  if (own === undefined || own.bytes === 0) return undefined
  const other = wants.earlyData
  if (other !== undefined && other.header.toLowerCase() === own.header.toLowerCase()) return undefined
  if (own.header.toLowerCase() === 'sec-websocket-protocol' && other === undefined) return undefined
  const place = (header: string | undefined): string =>
    header === undefined ? 'none' : header === '' ? 'in the path' : `in ${header}`
  return clientDiffers(
    'match.early-data',
    {
      message: `the client sends early data ${place(own.header)}, the server takes ${place(other?.header)}`,
      hint: 'switch early data off at the client, or give both sides the same settings',
      client: place(own.header),
      server: place(other?.header),
    },
    (profile) => {
      const { earlyData: _, ...transport } = profile.transport as Of<'ws'>
      return { ...profile, transport: { ...transport, ...(other && { earlyData: other }) } }
    },
  )
}

function serviceRule(has: Of<'grpc'>, wants: Of<'grpc'>): Difference | undefined {
  const bare = (name: string): string => name.replace(/^\//, '')
  if (bare(has.serviceName) === bare(wants.serviceName)) return undefined
  return clientDiffers(
    'match.service-name',
    {
      message: `the client calls service ${shown(has.serviceName)}, the server has ${shown(wants.serviceName)}`,
      hint: `set the client's serviceName to ${shown(wants.serviceName)}`,
      client: has.serviceName,
      server: wants.serviceName,
    },
    (profile) => ({
      ...profile,
      transport: { ...profile.transport, serviceName: wants.serviceName } as ProfileTransport,
    }),
  )
}

/** A field of mKCP or QUIC that has to be the same; seeds and keys are secrets and not shown. */
function fieldRule<Field extends 'header' | 'seed' | 'security' | 'key'>(
  field: Field,
  has: { readonly [name in Field]: string },
  wants: { readonly [name in Field]: string },
): Difference | undefined {
  const [own, other] = [has[field], wants[field]]
  if (own === other) return undefined
  const secret = field === 'seed' || field === 'key'
  const show = (text: string): string => (secret && text !== '' ? 'another one' : shown(text))
  const message = secret
    ? `the ${field} differs: the client has ${own === '' ? 'none' : 'one'}, the server ${other === '' ? 'none' : own === '' ? 'one' : 'another'}`
    : `the ${field} is ${shown(own)} at the client and ${shown(other)} at the server`
  return clientDiffers(
    `match.${field}`,
    { message, hint: `take the server's ${field} over`, client: show(own), server: show(other) },
    (profile) => ({ ...profile, transport: { ...profile.transport, [field]: other } as ProfileTransport }),
  )
}

/** The HTTP disguise: each path that the client may ask for has to be one of the server's. */
function tcpPathRule(has: Of<'tcp'>, wants: Of<'tcp'>): Difference | undefined {
  if (has.header !== 'http' || wants.header !== 'http') return undefined
  const other = wants.paths.length === 0 ? ['/'] : wants.paths
  const unknown = (has.paths.length === 0 ? ['/'] : has.paths).find((path) => !other.includes(path))
  if (unknown === undefined) return undefined
  return clientDiffers(
    'match.path',
    {
      message: `the client asks for path ${unknown}, the server answers on ${other.join(', ')}`,
      hint: `set the client's path to ${other[0]}`,
      client: unknown,
      server: other.join(', '),
    },
    (profile) => ({
      ...profile,
      transport: { ...profile.transport, paths: wants.paths } as ProfileTransport,
    }),
  )
}
