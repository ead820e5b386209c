/** Making and judging user ids. */
import { formatUuid, makeUuid, mapUuid, parseUserId } from '../account/uuid.js'
import { Fault } from '../faults/fault.js'
import { type Random, systemRandom } from '../ports/ports.js'

const MAPPED_BYTES = 30

export interface UuidOptions {
  /** How many; 1 unless given. */
  readonly count?: number
  /** A name of 1 to 30 bytes, mapped the way Xray and sing-box map it; all results are the same then. */
  readonly from?: string
  readonly upper?: boolean
  /** Without dashes. */
  readonly compact?: boolean
  readonly random?: Random
}

/** Fresh version 4 UUIDs, or the one a name stands for. Throws `VMESS_ID` for a name that is no name. */
export function makeUuids(options: UuidOptions): string[] {
  const { count = 1, from, random = systemRandom } = options
  const make = from === undefined ? () => makeUuid(random) : () => mapName(from)
  return Array.from({ length: count }, () => writeUuid(make(), options))
}

export interface UuidReport {
  /** The canonical text: lower case, with dashes. */
  readonly uuid: string
  /** 1 to 8 for an RFC 9562 UUID; absent for any other 16 bytes, which VMess takes just as well. */
  readonly version?: number
  /** The text was a name, not a UUID. */
  readonly mapped: boolean
}

/** What an id really is. Throws `VMESS_ID` when nothing would take it. */
export function checkUuid(text: string): UuidReport {
  const { uuid, mapped } = parseUserId(text.trim())
  const version = (uuid[6] as number) >>> 4
  const standard = (uuid[8] as number) >>> 6 === 0b10 && version >= 1 && version <= 8
  return { uuid: formatUuid(uuid), mapped, ...(standard ? { version } : {}) }
}

function mapName(name: string): Uint8Array {
  const bytes = Buffer.byteLength(name)
  if (bytes >= 1 && bytes <= MAPPED_BYTES) return mapUuid(name)
  throw new Fault('VMESS_ID', {
    what: 'not a name that maps to an id',
    why: `it has ${bytes} bytes; 1 to ${MAPPED_BYTES} are allowed`,
    hint: 'shorten the name',
  })
}

function writeUuid(uuid: Uint8Array, { upper = false, compact = false }: UuidOptions): string {
  const text = compact ? formatUuid(uuid).replaceAll('-', '') : formatUuid(uuid)
  return upper ? text.toUpperCase() : text
}
