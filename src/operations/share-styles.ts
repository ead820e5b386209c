/** Forms of links by name, for flags; a file of its own, so that a command's help loads no codec. */
import type { LinkStyle } from '../dialects/share-link.js'

/** The two that most apps read have names of their own; the others are called by their app. */
export const STYLE_OF = {
  base64: 'v2rayn',
  url: 'url',
  shadowrocket: 'shadowrocket',
  quantumult: 'quantumult',
  kitsunebi: 'kitsunebi',
  v2rayu: 'v2rayu',
  v2fly: 'v2fly',
} as const satisfies Readonly<Record<string, LinkStyle>>
export type StyleName = keyof typeof STYLE_OF
export const STYLES = Object.keys(STYLE_OF) as StyleName[]

/** Which form an app reads best (share-formats §2.6, §3.5, §4). */
export const APPS = {
  v2rayn: 'base64',
  v2rayng: 'base64',
  v2raya: 'base64',
  nekobox: 'base64',
  hiddify: 'base64',
  mihomo: 'base64',
  subconverter: 'base64',
  shadowrocket: 'shadowrocket',
  quantumult: 'quantumult',
  kitsunebi: 'kitsunebi',
  v2rayu: 'v2rayu',
  libxray: 'url',
} as const satisfies Readonly<Record<string, StyleName>>
export type AppName = keyof typeof APPS
export const APP_NAMES = Object.keys(APPS) as AppName[]
