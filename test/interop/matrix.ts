/** Which cells there are, and why some of them cannot be. */
import type { WireSecurity } from '../../src/account/security.js'

export const DIRECTIONS = ['our client → v2ray server', 'v2ray client → our server', 'ours ↔ ours'] as const
export const HEADERS = ['AEAD', 'legacy'] as const

export type Direction = (typeof DIRECTIONS)[number]
export type Header = (typeof HEADERS)[number]

export interface Row {
  readonly direction: Direction
  readonly header: Header
}

export interface Column {
  readonly security: WireSecurity
  /** What the options are for, as the table says it. */
  readonly name: string
  readonly options: number
}

export interface Cell {
  readonly row: Row
  readonly column: Column
}

/** Option bytes by what the table calls them (protocol §4.2). */
const PLAIN = { name: 'plain', options: 0x01 }
const MASKED = { name: 'masked', options: 0x05 }
const PADDED = { name: 'masked, padded', options: 0x0d }
const SEALED = { name: 'sealed size', options: 0x11 }
const SEALED_PADDED = { name: 'sealed size, padded', options: 0x1d }
const UNFRAMED = { name: 'no chunks', options: 0x00 }

function columnsOf(security: WireSecurity, ...shapes: { name: string; options: number }[]): Column[] {
  return shapes.map((shape) => ({ security, ...shape }))
}

export const ROWS: readonly Row[] = DIRECTIONS.flatMap((direction) =>
  HEADERS.map((header) => ({ direction, header })),
)

export const COLUMNS: readonly Column[] = [
  ...columnsOf('aes-128-gcm', PLAIN, MASKED, PADDED, SEALED, SEALED_PADDED),
  ...columnsOf('chacha20-poly1305', PLAIN, MASKED, PADDED, SEALED, SEALED_PADDED),
  ...columnsOf('none', PLAIN, MASKED, PADDED),
  ...columnsOf('aes-128-cfb', PLAIN, MASKED, PADDED),
  ...columnsOf('zero', UNFRAMED),
]

/** Why a cell cannot be; undefined where it can. What v2ray's client sends: protocol §6.3, §8.2. */
export function notApplicable({
  row: { direction },
  column: { security, options },
}: Cell): string | undefined {
  if (direction === 'ours ↔ ours') return undefined
  if ((options & 0x10) !== 0) return 'v2ray 4.34 does not know the sealed size'
  if (direction === 'our client → v2ray server') return undefined
  switch (security) {
    case 'aes-128-gcm':
    case 'chacha20-poly1305':
      return options === 0x0d ? undefined : 'v2ray 4.34 always masks and pads this cipher'
    case 'none':
      return options === 0x01 ? 'v2ray 4.34 always masks this cipher' : undefined
    case 'aes-128-cfb':
      return options === 0x01 ? undefined : 'v2ray 4.34 sends this cipher to dynamic accounts only, and plain'
    case 'zero':
      return 'v2ray 4.34 reads this name as auto'
  }
}

export function formatRow({ direction, header }: Row): string {
  return `${direction}, ${header}`
}

export function formatColumn({ security, name }: Column): string {
  return `${security} ${name}`
}
