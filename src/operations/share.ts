/** Share links of profiles, in the form that an app reads. */
import type { Profile } from '../dialects/profile.js'
import { type LinkStyle, writeShareLink } from '../dialects/share-link.js'
import { shortenV2raynLink } from '../dialects/v2rayn-short.js'

export type { LinkStyle } from '../dialects/share-link.js'

export interface LinkChoice {
  readonly style: LinkStyle
  /** In place of the profile's own. */
  readonly name?: string | undefined
  /** Without what a reader takes for granted: for QR codes. */
  readonly short?: boolean
}

export interface MadeLink {
  readonly name: string
  readonly link: string
  /** What this form has no place for; the connection works without it. */
  readonly lost: readonly string[]
}

/** The link of a profile. Throws `LINK_LOSS` where the connection would break, and `LINK_FIELD`. */
export function makeShareLink(profile: Profile, { style, name, short = false }: LinkChoice): MadeLink {
  const named = name === undefined ? profile : { ...profile, name }
  const { link, losses } = writeShareLink(named, style)
  return {
    name: named.name,
    link: short ? shortenV2raynLink(link) : link,
    lost: losses.map(({ title }) => title),
  }
}
