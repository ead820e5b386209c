/** The formats that profiles are read from and written to, by the names that commands use. */

export const DIALECT_IDS = [
  'v2rayn',
  'url',
  'kitsunebi',
  'v2rayu',
  'v2fly',
  'shadowrocket',
  'quantumult',
  'quantumultx',
  'surge',
  'surfboard',
  'loon',
  'clash',
  'mihomo',
  'sing-box',
  'v2ray',
  'v2ray5',
  'xray',
] as const

/** A format that says what one node is. */
export type DialectId = (typeof DIALECT_IDS)[number]

export const DIALECT_TITLES: Readonly<Record<DialectId, string>> = {
  v2rayn: 'v2rayN link',
  url: 'URL link',
  kitsunebi: 'Kitsunebi link',
  v2rayu: 'V2RayU link',
  v2fly: 'v2fly draft link',
  shadowrocket: 'Shadowrocket link',
  quantumult: 'Quantumult link',
  quantumultx: 'Quantumult X line',
  surge: 'Surge line',
  surfboard: 'Surfboard line',
  loon: 'Loon line',
  clash: 'Clash YAML',
  mihomo: 'mihomo YAML',
  'sing-box': 'sing-box JSON',
  v2ray: 'V2Ray JSON (v4)',
  v2ray5: 'V2Ray JSON (v5)',
  xray: 'Xray JSON',
}

/** Lists of links: each node in the form that carries most of it, v2rayN before the URL form. */
export const LIST_IDS = ['links', 'subscription'] as const
export type ListId = (typeof LIST_IDS)[number]

/** What a text can be read as or written in. */
export type FormatId = DialectId | ListId
export const FORMAT_IDS: readonly FormatId[] = [...DIALECT_IDS, ...LIST_IDS]

export const FORMAT_TITLES: Readonly<Record<FormatId, string>> = {
  ...DIALECT_TITLES,
  links: 'list of links',
  subscription: 'subscription (base64)',
}

/** Other names that people have for them. */
const ALIASES: Readonly<Record<string, FormatId>> = {
  classic: 'v2rayn',
  v2rayng: 'v2rayn',
  standard: 'url',
  pepi: 'v2rayu',
  quanx: 'quantumultx',
  'quantumult-x': 'quantumultx',
  'clash-meta': 'mihomo',
  singbox: 'sing-box',
  v2ray4: 'v2ray',
  v4: 'v2ray',
  v5: 'v2ray5',
  base64: 'subscription',
}

/** The format of a name or of one of its aliases, whatever the case; undefined for others. */
export function findFormat(name: string): FormatId | undefined {
  const wanted = name.toLowerCase()
  return (
    FORMAT_IDS.find((id) => id === wanted) ?? (Object.hasOwn(ALIASES, wanted) ? ALIASES[wanted] : undefined)
  )
}
