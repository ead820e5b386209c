/** Share links and stored profiles as the commands take them. */
import type { Profile } from '../dialects/profile.js'
import { readShareLink } from '../dialects/share-link.js'
import { type ConfigSources, type LoadedConfig, loadConfigText } from './config-input.js'
import { makeClientConfig } from './plain-config.js'
import { profileToConfig } from './profile-outbound.js'
import { findSource, onlyProfile, readSource, usableProfiles } from './profiles/named-source.js'

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

export interface NamedConfigSources extends ConfigSources {
  /** Where profiles are stored. */
  readonly folder: string
}

/**
 * A client of what a name stands for, as `findSource` takes it. A file of V2Ray or Xray is run as it is, inbounds
 * and routing included; of others, and of links, there must be one server. Throws what `findSource` and
 * `loadConfig` throw.
 */
export async function loadNamed(
  name: string | undefined,
  { folder, ...sources }: NamedConfigSources,
): Promise<LoadedConfig> {
  const source = await findSource({ name, folder, stdin: sources.stdin })
  if (source.kind === 'profile') return configOfProfile(source.profile)
  if (source.kind === 'link' || isOneLink(source.text)) return readLink(source.text)
  const reading = await readSource(source)
  if (reading.format === 'v2ray' || reading.format === 'xray') {
    return loadConfigText(source.text, source.file, sources)
  }
  const found = usableProfiles(reading)
  return configOfProfile(onlyProfile(found), found.notes)
}

/** Whatever is wrong with a single line is better said about a link than about a file. */
function isOneLink(text: string): boolean {
  return text.includes('://') && !/\S\s*\n\s*\S/.test(text) && !text.trimStart().startsWith('{')
}
