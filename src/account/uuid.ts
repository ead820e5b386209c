/** User ids: UUIDs in the text forms that VMess programs accept (protocol §1.3). */
import { createHash } from 'node:crypto'
import { toHex } from '../bytes/bytes.js'
import { Fault } from '../faults/fault.js'
import type { Random } from '../ports/ports.js'

const GROUPS = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i
const MAPPED_BYTES = 30

/** Where an id came from: written out as a UUID, or a name mapped to one. */
export interface UserId {
  readonly uuid: Uint8Array
  readonly mapped: boolean
}

/**
 * The id that a text stands for: a UUID, each dash optional, or a name of 1 to 30 bytes mapped the way
 * Xray and sing-box map it. Throws `VMESS_ID` for anything else.
 */
export function parseUserId(text: string): UserId {
  const groups = GROUPS.exec(text)
  if (groups !== null) {
    return { uuid: Uint8Array.from(Buffer.from(groups.slice(1).join(''), 'hex')), mapped: false }
  }
  const bytes = Buffer.byteLength(text)
  if (bytes >= 1 && bytes <= MAPPED_BYTES) return { uuid: mapUuid(text), mapped: true }
  throw new Fault('VMESS_ID', {
    why: bytes === 0 ? 'it is empty' : `${bytes} bytes that do not form a UUID`,
  })
}

/** Version 5 with the nil namespace: the same for a name everywhere it is used. */
export function mapUuid(text: string): Uint8Array {
  const uuid = createHash('sha1').update(new Uint8Array(16)).update(text, 'utf8').digest().subarray(0, 16)
  uuid[6] = ((uuid[6] as number) & 0x0f) | 0x50
  uuid[8] = ((uuid[8] as number) & 0x3f) | 0x80
  return Uint8Array.from(uuid)
}

/** A fresh version 4 UUID. */
export function makeUuid(random: Random): Uint8Array {
  const uuid = random(16)
  uuid[6] = ((uuid[6] as number) & 0x0f) | 0x40
  uuid[8] = ((uuid[8] as number) & 0x3f) | 0x80
  return uuid
}

/** The canonical text: lower case, with dashes. */
export function formatUuid(uuid: Uint8Array): string {
  return toHex(uuid).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** How logs and reports show an id: its first four digits. */
export function maskUuid(uuid: Uint8Array): string {
  return `${toHex(uuid.subarray(0, 2))}****`
}
