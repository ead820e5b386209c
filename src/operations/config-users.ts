/** Users of a server file: who they are, one more, one less. */
import { formatUuid, makeUuid, maskUuid, parseUserId } from '../account/uuid.js'
import { toHex } from '../bytes/bytes.js'
import type { Config, VmessUserConfig } from '../config/config.js'
import { addUser, removeUser } from '../config/user-edits.js'
import { parseConfig } from '../config/v2ray-json.js'
import { formatShareLink } from '../dialects/share-link.js'
import { Fault } from '../faults/fault.js'
import { systemRandom } from '../ports/ports.js'
import type { ConfigSources } from './config-input.js'
import { readConfigText, replaceConfig } from './config-text.js'
import { checkNames } from './pair-values.js'
import { profileFromConfig } from './profile-outbound.js'

export interface ListedUser {
  /** Empty when the user has none. */
  readonly name: string
  /** Masked unless asked for. */
  readonly id: string
  readonly alterId: number
  readonly level: number
  /** Of the inbound. */
  readonly tag: string
}

export interface UserChoice extends ConfigSources {
  /** Which vmess inbound; the only one unless given. */
  readonly tag?: string | undefined
}

type VmessInbound = Extract<Config['inbounds'][number], { protocol: 'vmess' }>

/** The users of every vmess inbound, or of one. Throws what `loadConfig` throws, and `CONFIG_USER`. */
export async function listUsers(
  path: string,
  options: UserChoice & { readonly showSecrets?: boolean },
): Promise<readonly ListedUser[]> {
  const { text, file } = await readConfigText(path, options)
  const { config } = parseConfig(text, { file, environment: options.environment })
  const show = options.showSecrets === true ? formatUuid : maskUuid
  return vmessInbounds(config, options.tag).flatMap(({ tag, settings }) =>
    settings.users.map(({ email: name, uuid, alterId, level }) => ({
      name,
      id: show(uuid),
      alterId,
      level,
      tag,
    })),
  )
}

export interface AddOptions extends UserChoice {
  readonly name: string
  /** A fresh one unless given. */
  readonly id?: string | undefined
  readonly level?: number | undefined
  readonly alterId?: number | undefined
  /** How clients reach the server: there is a link then. */
  readonly address?: string | undefined
}

export interface AddedUser {
  readonly name: string
  readonly id: string
  /** Absent when the address is not known, or the inbound has no port. */
  readonly link?: string
}

/**
 * Writes a file with one user more, its comments kept. The result is checked before it replaces the file.
 * Throws `CONFIG_*`, `VMESS_ID`, `CLI_FILE` and `CLI_OUTPUT`.
 */
export async function addConfigUser(path: string, options: AddOptions): Promise<AddedUser> {
  const { name, tag, level = 0, alterId = 0, environment, address } = options
  const complaint = checkNames([name])
  if (complaint !== undefined) throw new Fault('PAIR_VALUE', { what: `--name of users ${complaint}` })
  const { text, file } = await readConfigText(path, options)
  parseConfig(text, { file, environment })
  const uuid = options.id === undefined ? makeUuid(systemRandom) : parseUserId(options.id).uuid
  const changed = addUser(text, { id: formatUuid(uuid), email: name, alterId, level }, { file, tag })
  const { config } = parseConfig(changed, { file, environment })
  await replaceConfig(path, changed)
  return { name, id: formatUuid(uuid), ...linkFor(config, { uuid, tag, address, name }) }
}

interface LinkChoice {
  readonly uuid: Uint8Array
  readonly tag: string | undefined
  readonly address: string | undefined
  readonly name: string
}

/** A server that listens on one address of its own says by it how it is reached. */
function linkFor(config: Config, { uuid, tag, address, name }: LinkChoice): { link?: string } {
  const [inbound] = vmessInbounds(config, tag)
  if (inbound?.listen.kind !== 'tcp') return {}
  const { host } = inbound.listen
  const known = address ?? (host === '0.0.0.0' || host === '::' ? undefined : host)
  if (known === undefined) return {}
  const user = inbound.settings.users.findIndex((candidate) => toHex(candidate.uuid) === toHex(uuid))
  const alone = { ...config, inbounds: [inbound] }
  return { link: formatShareLink(profileFromConfig(alone, { address: known, user, name }), 'v2rayn') }
}

/**
 * Writes a file without the user of a name (case does not count), its comments kept. Throws `CONFIG_USER`
 * when there is no such user, and as {@link addConfigUser} does.
 */
export async function removeConfigUser(
  path: string,
  { name, tag, ...sources }: UserChoice & { readonly name: string },
): Promise<{ readonly name: string; readonly left: number }> {
  const { text, file } = await readConfigText(path, sources)
  const { environment } = sources
  const { config } = parseConfig(text, { file, environment })
  const inbounds = vmessInbounds(config, tag).filter(({ settings }) => settings.users.some(isNamed(name)))
  const [inbound, second] = inbounds
  if (inbound === undefined || second !== undefined) {
    const why =
      inbound === undefined ? 'no user has this name' : `${inbounds.length} inbounds have such a user`
    throw new Fault('CONFIG_USER', { why, hint: 'see: vmess config user list FILE' })
  }
  const index = inbound.settings.users.findIndex(isNamed(name))
  const changed = removeUser(text, index, { file, tag: tag ?? (inbound.tag || undefined) })
  parseConfig(changed, { file, environment })
  await replaceConfig(path, changed)
  return { name, left: inbound.settings.users.length - 1 }
}

function isNamed(name: string): (user: VmessUserConfig) => boolean {
  return ({ email }) => email.toLowerCase() === name.toLowerCase()
}

function vmessInbounds(config: Config, tag: string | undefined): readonly VmessInbound[] {
  const found = config.inbounds.filter(
    (inbound): inbound is VmessInbound =>
      inbound.protocol === 'vmess' && (tag === undefined || inbound.tag === tag),
  )
  if (found.length > 0) return found
  throw new Fault('CONFIG_USER', {
    why: tag === undefined ? 'the file has no vmess inbound' : 'no vmess inbound has this tag',
  })
}
