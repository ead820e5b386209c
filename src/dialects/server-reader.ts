/** The VMess servers of a configuration in any dialect. */
import { isFault } from '../faults/fault.js'
import { isObject, Section } from './section.js'
import { readMihomoServer } from './server-mihomo-reader.js'
import type {
  BrokenServer,
  FoundServer,
  ServerDialect,
  ServerProfile,
  ServerReading,
} from './server-profile.js'
import { readSingBoxServer } from './server-sing-box-reader.js'
import { isVmess, readV2rayServer, v2rayInbounds } from './server-v2ray-reader.js'
import { readV2ray5Server } from './server-v2ray5-reader.js'

type Read = () => ServerProfile

interface Candidate {
  readonly pointer: string
  readonly read: Read
}

/**
 * What a parsed file (JSON or YAML as plain data) holds of VMess servers; of other dialects than
 * recognised it finds none. Throws `CONFIG_INVALID` when the file is no object or its lists are none.
 */
export function readServers(document: unknown): ServerReading {
  const root = new Section(document, '')
  const dialect = recogniseServerDialect(document)
  const servers: FoundServer[] = []
  const broken: BrokenServer[] = []
  for (const { pointer, read } of candidatesOf(root, dialect)) {
    try {
      servers.push({ pointer, server: read() })
    } catch (error) {
      if (!isFault(error, 'CONFIG_INVALID') && !isFault(error, 'LINK_FIELD')) throw error
      broken.push({ pointer, why: error.why ?? error.what })
    }
  }
  return { dialect, servers, broken }
}

/** By what the inbounds look like. Xray is told from V2Ray 4 only where it writes what V2Ray does not read. */
export function recogniseServerDialect(document: unknown): ServerDialect {
  const root = new Section(document, '')
  if (root.has('listeners')) return 'mihomo'
  const inbounds = root.value('inbounds')
  const objects = Array.isArray(inbounds) ? inbounds.filter(isObject) : []
  const sections = objects.map((inbound, i) => new Section(inbound, `/inbounds/${i}`))
  if (sections.some((inbound) => inbound.has('type') && !inbound.has('protocol'))) return 'sing-box'
  if (sections.some(isV2ray5)) return 'v2ray5'
  return sections.some(isXray) ? 'xray' : 'v2ray4'
}

function isV2ray5(inbound: Section): boolean {
  const stream = inbound.value('streamSettings')
  const settings = inbound.value('settings')
  const users = isObject(settings) ? settings.users : undefined
  const v5Stream =
    isObject(stream) && ['transport', 'transportSettings', 'securitySettings'].some((key) => key in stream)
  return v5Stream || (Array.isArray(users) && users.some((user) => typeof user === 'string'))
}

function isXray(inbound: Section): boolean {
  const stream = inbound.value('streamSettings')
  const settings = inbound.value('settings')
  const ownBlocks = ['rawSettings', 'httpupgradeSettings', 'xhttpSettings', 'realitySettings', 'finalmask']
  return (
    (isObject(stream) && ownBlocks.some((key) => key in stream)) ||
    (isObject(settings) && 'users' in settings)
  )
}

function candidatesOf(root: Section, dialect: ServerDialect): readonly Candidate[] {
  switch (dialect) {
    case 'mihomo':
      return listOf(root.sections('listeners'), isVmessType, readMihomoServer)
    case 'sing-box':
      return listOf(root.sections('inbounds'), isVmessType, readSingBoxServer)
    case 'v2ray5':
      return listOf(v2rayInbounds(root), isVmess, readV2ray5Server)
    case 'xray':
    case 'v2ray4': {
      const inbounds = v2rayInbounds(root)
      const port = root.whole('port')
      return listOf(inbounds, isVmess, (inbound) =>
        readV2rayServer(inbound, inbound === inbounds[0] ? port : undefined),
      )
    }
  }
}

function isVmessType(inbound: Section): boolean {
  return inbound.text('type').toLowerCase() === 'vmess'
}

function listOf(
  inbounds: readonly Section[],
  isServer: (inbound: Section) => boolean,
  read: (inbound: Section) => ServerProfile,
): readonly Candidate[] {
  return inbounds.filter(isServer).map((inbound) => ({
    pointer: inbound.pointer,
    read: () => read(inbound),
  }))
}
