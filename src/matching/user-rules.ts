/** Who the client is, and how it proves and hides it: id, alterId, security (failures C4, C8, C16). */
import { formatUuid, maskUuid } from '../account/uuid.js'
import type { ServerUser } from '../dialects/server-profile.js'
import { asWarning, clientDiffers, type MatchInput, type MatchRule, serverDiffers } from './difference.js'

export const idRule: MatchRule = (input) => {
  const { client, server, user } = input
  const own = formatUuid(client.uuid)
  const mine = userOf(input)
  if (mine !== undefined && (user === undefined || mine.name === user)) return undefined
  if (server.users.length === 0) {
    const message = 'the server has no users at all'
    const hint = 'add the user to the server; a V2Ray 5 list of users is not read in a file of V2Ray 4'
    return serverDiffers('match.id', { message, hint, client: maskUuid(client.uuid), server: 'none' })
  }
  const wanted = wantedUser(input)
  if (wanted === undefined) {
    const message = 'the server has no user with the id of the client'
    const hint = 'take the id over from the server; --user NAME says whose'
    return clientDiffers('match.id', {
      message,
      hint,
      client: maskUuid(client.uuid),
      server: countOf(server.users),
    })
  }
  const other = formatUuid(wanted.uuid)
  const typo = [...own].filter((digit, i) => digit !== other[i]).length
  const message =
    mine !== undefined
      ? `the client has the id of ${nameOf(mine)}, not of ${nameOf(wanted)}`
      : `the server has no user with the id of the client${typo <= 3 ? `; ${typo} of its digits ${typo === 1 ? 'differs' : 'differ'} from that of ${nameOf(wanted)}` : ''}`
  return clientDiffers(
    'match.id',
    {
      message,
      hint: `take the id of ${nameOf(wanted)} over from the server`,
      client: maskUuid(client.uuid),
      server: maskUuid(wanted.uuid),
    },
    (profile) => ({ ...profile, uuid: wanted.uuid }),
  )
}

export const alterIdRule: MatchRule = (input) => {
  const { client } = input
  const mine = userOf(input) ?? wantedUser(input)
  if (mine === undefined || client.alterId <= mine.alterId) return undefined
  const message =
    mine.alterId === 0
      ? `the client has alterId ${client.alterId} and sends legacy headers, which this server refuses`
      : `the client has alterId ${client.alterId}, the server ${mine.alterId}: it must not be the greater one`
  const alterId = 0
  return clientDiffers(
    'match.alter-id',
    {
      message,
      hint: 'set alterId to 0 at the client',
      client: String(client.alterId),
      server: String(mine.alterId),
    },
    (profile) => ({ ...profile, alterId }),
  )
}

export const securityRule: MatchRule = ({ client, server }) => {
  if (!server.secureOnly || (client.security !== 'none' && client.security !== 'zero')) return undefined
  return clientDiffers(
    'match.security',
    {
      message: `the client encrypts with ${client.security}, and the server refuses that (disableInsecureEncryption)`,
      hint: 'set security to auto at the client',
      client: client.security,
      server: 'encrypted only',
    },
    (profile) => ({ ...profile, security: 'auto' }),
  )
}

/** Which cores read which packaging of UDP; those that do not see a host that does not exist. */
export const packetEncodingRule: MatchRule = ({ client, serverDialect }) => {
  const encoding = client.packetEncoding ?? 'none'
  const unknown =
    (encoding === 'xudp' && serverDialect === 'v2ray5') ||
    (encoding === 'packetaddr' && serverDialect === 'xray')
  if (!unknown) return undefined
  return asWarning(
    clientDiffers(
      'match.packet-encoding',
      {
        message: `UDP travels as ${encoding}, which ${serverDialect === 'xray' ? 'Xray' : 'V2Ray'} servers do not read`,
        hint: `set packetEncoding to ${serverDialect === 'xray' ? 'xudp' : 'packetaddr'} or none`,
        client: encoding,
        server: serverDialect,
      },
      (profile) => ({ ...profile, packetEncoding: 'none' }),
    ),
  )
}

/** The server's user that the client is. */
function userOf({ client, server }: MatchInput): ServerUser | undefined {
  return server.users.find(({ uuid }) => Buffer.compare(uuid, client.uuid) === 0)
}

/** Whom the client should be: the one that was named, or the only one there is. */
function wantedUser({ server, user, client }: MatchInput): ServerUser | undefined {
  if (user !== undefined) return server.users.find(({ name }) => name === user)
  if (server.users.length === 1) return server.users[0]
  return server.users.find(({ name }) => name !== '' && name === client.name)
}

function nameOf({ name }: ServerUser): string {
  return name === '' ? "the server's user" : name
}

function countOf(users: readonly ServerUser[]): string {
  return `${users.length} other id${users.length === 1 ? '' : 's'}`
}
