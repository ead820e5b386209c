/** Files in JSON, by dialect. */
import type { DialectId } from './dialect-ids.js'
import type { Profile } from './profile.js'
import { writeSingBoxJson } from './sing-box-writer.js'
import { writeV2rayJson } from './v2ray-writer.js'
import { writeV2ray5Json } from './v2ray5-dialect.js'

/** The file of profiles that fit. */
export function writeJson(profiles: readonly Profile[], dialect: DialectId): string {
  if (dialect === 'sing-box') return writeSingBoxJson(profiles)
  if (dialect === 'v2ray5') return writeV2ray5Json(profiles)
  return writeV2rayJson(profiles, dialect === 'xray' ? 'xray' : 'v2ray')
}
