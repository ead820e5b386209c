/** Whole server files: one VMess inbound whose traffic goes out directly. */
import { Fault } from '../faults/fault.js'
import { serverLimit } from './server-limits.js'
import { writeMihomoServer } from './server-mihomo-writer.js'
import type { ServerDialect, ServerProfile } from './server-profile.js'
import { writeSingBoxServer } from './server-sing-box-writer.js'
import { writeV2rayServer } from './server-v2ray-writer.js'
import { writeV2ray5Server } from './server-v2ray5-writer.js'

/**
 * A server as the plain data of a file, without what the dialect would refuse or ignore. Throws
 * `PAIR_FORMAT` when the dialect has no words for something that clients depend on.
 */
export function writeServer(server: ServerProfile, dialect: ServerDialect): object {
  const limit = serverLimit(server, dialect)
  if (limit !== undefined) throw new Fault('PAIR_FORMAT', { why: `${dialect}: ${limit}` })
  switch (dialect) {
    case 'v2ray4':
    case 'xray':
      return writeV2rayServer(server, dialect)
    case 'v2ray5':
      return writeV2ray5Server(server)
    case 'sing-box':
      return writeSingBoxServer(server)
    case 'mihomo':
      return writeMihomoServer(server)
  }
}
