/** One profile as the outbounds of a configuration in a dialect. */
import { DIALECT_TITLES, type DialectId } from '../dialects/dialect-ids.js'
import { fitProfile } from '../dialects/fit-profile.js'
import type { Profile } from '../dialects/profile.js'
import type { ServerDialect } from '../dialects/server-profile.js'
import { Fault } from '../faults/fault.js'

export type JsonObject = Readonly<Record<string, unknown>>

const DIALECTS: Readonly<Record<ServerDialect, DialectId>> = {
  v2ray4: 'v2ray',
  v2ray5: 'v2ray5',
  xray: 'xray',
  'sing-box': 'sing-box',
  mihomo: 'mihomo',
}

/** What a pair does without: a pin has the certificate itself beside it, and nobody dials a name. */
const DISPENSABLE: readonly string[] = ['pin', 'name']

/** Throws `PAIR_FORMAT` for what the dialect would leave out or replace. */
export async function clientOutbounds(
  profile: Profile,
  format: ServerDialect,
): Promise<readonly JsonObject[]> {
  const dialect = DIALECTS[format]
  const { profile: fitted, losses } = fitProfile(profile, dialect)
  const loss = losses.find(({ field }) => !DISPENSABLE.includes(field))
  if (loss !== undefined || fitted === undefined) {
    const what = loss === undefined ? DIALECT_TITLES[dialect] : `${loss.title}: ${loss.why}`
    throw new Fault('PAIR_FORMAT', { why: what })
  }
  if (format === 'mihomo') {
    const { clashDocument } = await import('../dialects/clash-writer.js')
    return clashDocument([fitted]).proxies as JsonObject[]
  }
  const { writeJson } = await import('../dialects/json-writers.js')
  return (JSON.parse(writeJson([fitted], dialect)) as { outbounds: JsonObject[] }).outbounds
}
