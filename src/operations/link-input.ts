/** Share links and stored profiles as the commands take them. */
import type { Profile } from '../dialects/profile.js'
import { readShareLink } from '../dialects/share-link.js'
import type { LoadedConfig } from './config-input.js'
import { makeClientConfig } from './plain-config.js'
import { profileToConfig } from './profile-outbound.js'
import { readStore } from './profiles/store.js'
import { readTextStream } from './text-input.js'

const INSECURE =
  'the profile asks not to check the certificate of the server: whoever is in between can read and change everything'

/** What a share link describes, without a way in. Throws `LINK_*` and `CONFIG_UNSUPPORTED`. */
export function readLink(link: string): LoadedConfig {
  const { profile, notes } = readShareLink(link)
  return configOfProfile(profile, notes)
}

/** A client of the server that a profile names, without a way in. Throws `CONFIG_UNSUPPORTED`. */
export function configOfProfile(profile: Profile, notes: readonly string[] = []): LoadedConfig {
  const warnings =
    profile.tls?.insecure === true && profile.tls.pinnedSha256 === '' ? [...notes, INSECURE] : notes
  return {
    config: makeClientConfig(profileToConfig(profile)),
    warnings,
  }
}

export interface LinkSources {
  readonly stdin: AsyncIterable<Uint8Array>
  /** Where profiles are stored. */
  readonly folder: string
}

/**
 * The same for a link, for the name of a stored profile, or for the text of the stream when it is `-`.
 * Throws PROFILE faults too.
 */
export async function loadLink(link: string, { stdin, folder }: LinkSources): Promise<LoadedConfig> {
  if (link === '-') return readLink(await readTextStream(stdin, 'standard input'))
  if (link.includes('://')) return readLink(link)
  return configOfProfile((await readStore(folder)).profile(link))
}

/** The profile in use; undefined when there is none. */
export async function loadCurrentProfile(folder: string): Promise<LoadedConfig | undefined> {
  const store = await readStore(folder)
  return store.current === undefined ? undefined : configOfProfile(store.profile(store.current))
}
