/** VMess inbounds of V2Ray 4, its older spellings, and Xray (config §2, §3, §5). */
import { parseUserId } from '../account/uuid.js'
import { isFault } from '../faults/fault.js'
import { quoteText } from './display-text.js'
import type { Section } from './section.js'
import type { ServerProfile, ServerUser } from './server-profile.js'
import { readServerStream } from './server-v2ray-stream.js'

const LARGEST_LEVEL = 4_294_967_295
const LARGEST_PORT = 65_535

/** The inbounds of a file in order; the single ones of older files come first. */
export function v2rayInbounds(root: Section): readonly Section[] {
  return [
    ...root.sections('inbound'),
    ...root.sections('inboundDetour'),
    ...(root.has('inbounds') ? root.sections('inbounds') : []),
  ]
}

export function isVmess(inbound: Section): boolean {
  return inbound.text('protocol').toLowerCase() === 'vmess'
}

/**
 * One vmess inbound. `legacyPort` is the port at the top of an old file, for its first inbound. Throws
 * `CONFIG_INVALID` with the place, and `LINK_FIELD` for an unknown network.
 */
export function readV2rayServer(inbound: Section, legacyPort?: number): ServerProfile {
  const settings = inbound.section('settings')
  return {
    ...readListener(inbound, legacyPort),
    users: settings.sections('clients', 'users').map(readUser),
    ...readServerStream(inbound.section('streamSettings')),
    secureOnly: settings.flag('disableInsecureEncryption'),
  }
}

/** Tag, address and ports of an inbound of V2Ray 4, V2Ray 5 or Xray. */
export function readListener(
  inbound: Section,
  legacyPort?: number,
): Pick<ServerProfile, 'tag' | 'listen' | 'ports'> {
  const listen = inbound.text('listen').replace(/^\[(.*)\]$/, '$1') || '0.0.0.0'
  const written = inbound.value('port') ?? legacyPort
  const ports = isUnixSocket(listen) ? [] : readPorts(inbound, String(written ?? ''))
  return { tag: inbound.text('tag'), listen, ports }
}

function isUnixSocket(listen: string): boolean {
  return listen.startsWith('/') || listen.startsWith('@')
}

/** A number, a range, or a list of both with commas. Variables of the environment are not looked up. */
function readPorts(inbound: Section, written: string): readonly number[] {
  const parts = written.split(',').map((part) => /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part))
  const ports = parts.flatMap((part) => {
    const from = Number(part?.[1] ?? Number.NaN)
    const to = Number(part?.[2] ?? from)
    if (!(from >= 1 && from <= to && to <= LARGEST_PORT)) {
      throw inbound.refuse('port', `${quoteText(written)} is not a port, a range or a list of them`)
    }
    return Array.from({ length: to - from + 1 }, (_, i) => from + i)
  })
  return [...new Set(ports)]
}

function readUser(user: Section): ServerUser {
  return {
    name: user.text('email'),
    uuid: readUserId(user, 'id'),
    alterId: user.whole('alterId') ?? 0,
    level: user.whole('level', LARGEST_LEVEL) ?? 0,
  }
}

/** An id as 16 bytes; a name is mapped as Xray and sing-box map it. Never quoted when it is refused. */
export function readUserId(user: Section, key: string): Uint8Array {
  try {
    return parseUserId(user.text(key)).uuid
  } catch (error) {
    if (!isFault(error, 'VMESS_ID')) throw error
    throw user.refuse(key, `not a user id: ${error.why}`)
  }
}

/** Whether a text is a UUID itself and not a name that stands for one. */
export function isUuidText(text: string): boolean {
  try {
    return !parseUserId(text).mapped
  } catch (error) {
    if (!isFault(error, 'VMESS_ID')) throw error
    return false
  }
}
