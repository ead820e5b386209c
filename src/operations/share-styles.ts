/** Forms of links by name, for flags; a file of its own, so that a command's help loads no codec. */
import type { LinkStyle } from '../dialects/share-link.js'

export const STYLES = ['base64', 'url'] as const
export type StyleName = (typeof STYLES)[number]

export const STYLE_OF: Readonly<Record<StyleName, LinkStyle>> = { base64: 'v2rayn', url: 'url' }

/** Which form an app reads best (share-formats §2.6, §3.5). */
export const APPS = {
  v2rayn: 'base64',
  v2rayng: 'base64',
  v2raya: 'base64',
  nekobox: 'base64',
  hiddify: 'base64',
  mihomo: 'base64',
  subconverter: 'base64',
  shadowrocket: 'base64',
  libxray: 'url',
} as const satisfies Readonly<Record<string, StyleName>>
export type AppName = keyof typeof APPS
export const APP_NAMES = Object.keys(APPS) as AppName[]
