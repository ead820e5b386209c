/** Server files as a source of what is shared: a profile for each of their users. */
import type { Config } from '../config/config.js'
import { checkConfig, parseConfig } from '../config/v2ray-json.js'
import { displayText } from '../dialects/display-text.js'
import type { Profile } from '../dialects/profile.js'
import { Fault } from '../faults/fault.js'
import { systemClock } from '../ports/ports.js'
import { profileFromConfig } from './profile-outbound.js'

type Environment = Readonly<Record<string, string | undefined>>

export interface ServerSource {
  /** How clients reach the server. */
  readonly address: string
  /** The port that clients use, where something in front of it changes it. */
  readonly port?: number | undefined
  /** The email of a user; all of them unless given. */
  readonly user?: string | undefined
  readonly environment: Environment
  /** Where the text is from: the certificates that it names are looked for in the same folder. */
  readonly file: string
}

/** Whether a text is a configuration with users to share. */
export function isServerText(text: string, environment: Environment): boolean {
  const server = checkConfig(text, { environment })
  return server.ok && usersOf(server.config).length > 0
}

/**
 * At least one. Clients of a server that signed its certificate itself are given the pin of it: nothing else
 * would let them in. Throws CONFIG faults.
 */
export async function readServerText(text: string, source: ServerSource): Promise<Profile[]> {
  const { address, port, user, environment } = source
  const { config } = parseConfig(text, { file: 'server file', environment })
  const users = usersOf(config)
  const chosen = user === undefined ? users : users.filter(({ email }) => email === user)
  if (chosen.length === 0)
    throw noUser(
      user,
      users.map(({ email }) => email),
    )
  const pins = new Map(
    await Promise.all(
      [...new Set(chosen.map(({ inbound }) => inbound))].map(
        async (inbound) => [inbound, await pinOf(inbound, source.file)] as const,
      ),
    ),
  )
  return chosen.map(({ inbound, index }) => {
    const profile = profileFromConfig(
      { ...config, inbounds: [inbound] },
      { address, user: index, ...(port !== undefined && { port }) },
    )
    const pinnedSha256 = pins.get(inbound) ?? ''
    return profile.tls === undefined ? profile : { ...profile, tls: { ...profile.tls, pinnedSha256 } }
  })
}

/** Undefined where an authority signed the certificate, or it cannot be read here. */
async function pinOf({ stream }: ServerUser['inbound'], file: string): Promise<string | undefined> {
  if (stream.security !== 'tls') return undefined
  const { certificateFactsOf } = await import('./certificate-facts.js')
  const certificates = stream.tls.certificates.filter(({ usage }) => usage === 'encipherment')
  const facts = await certificateFactsOf(certificates[0]?.certificate, { file, now: systemClock })
  return facts?.selfSigned === true ? facts.sha256 : undefined
}

function noUser(user: string | undefined, emails: readonly string[]): Fault {
  const known = emails.filter((email) => email !== '').map(displayText)
  return new Fault('CONFIG_NO_SHARE_LINK', {
    why: user === undefined ? 'no vmess inbound with users' : `no user with the email ${displayText(user)}`,
    ...(known.length > 0 && { hint: `its users are ${known.slice(0, 10).join(', ')}` }),
  })
}

interface ServerUser {
  readonly inbound: Config['inbounds'][number]
  readonly index: number
  readonly email: string
}

function usersOf({ inbounds }: Config): ServerUser[] {
  return inbounds.flatMap((inbound) =>
    inbound.protocol === 'vmess' && inbound.listen.kind === 'tcp'
      ? inbound.settings.users.map(({ email }, index) => ({ inbound, index, email }))
      : [],
  )
}
