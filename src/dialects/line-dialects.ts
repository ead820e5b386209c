/** Which app a line belongs to, and how it writes one. */
import { type AppLine, isQuantumultXLine, splitAppLine } from './app-line.js'
import type { DialectId } from './dialect-ids.js'
import { readLoonLine, writeLoonLine } from './loon-line.js'
import type { Profile } from './profile.js'
import { readQuantumultLine } from './quantumult-link.js'
import { readQuantumultXLine, writeQuantumultXLine } from './quantumult-x-line.js'
import { type LineReading, readSurgeLine, writeSurgeLine } from './surge-line.js'

export type LineStyle = Extract<DialectId, 'quantumultx' | 'surge' | 'surfboard' | 'loon'>

/** Lines of profiles that fit (`fitProfile`). */
export const LINE_WRITERS: Readonly<Record<LineStyle, (profile: Profile) => string>> = {
  quantumultx: writeQuantumultXLine,
  surge: writeSurgeLine,
  surfboard: writeSurgeLine,
  loon: writeLoonLine,
}

export function isLineStyle(dialect: string): dialect is LineStyle {
  return Object.hasOwn(LINE_WRITERS, dialect)
}

/** The profile of a line for which `isAppLine` holds. Throws `LINK_FIELD`. */
export function readAppLine(line: string): LineReading {
  const parts = splitAppLine(line)
  if (isQuantumultXLine(line)) return readQuantumultXLine(parts)
  if (hasKey(parts, 'username')) return readSurgeLine(parts)
  const older = ['obfs', 'obfs-path', 'group', 'tls-host', 'certificate'].some((key) => hasKey(parts, key))
  return older ? readQuantumultLine(parts) : readLoonLine(parts)
}

function hasKey({ entries }: AppLine, wanted: string): boolean {
  return entries.some(([key]) => key.toLowerCase() === wanted)
}
