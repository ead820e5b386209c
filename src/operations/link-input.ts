/** Share links as the commands take them. */
import type { Profile } from '../dialects/profile.js'
import { readShareLink } from '../dialects/share-link.js'
import type { LoadedConfig } from './config-input.js'
import { makeClientConfig } from './plain-config.js'
import { profileToConfig } from './profile-outbound.js'
import { readTextStream } from './text-input.js'

const INSECURE =
  'the link asks not to check the certificate of the server: whoever is in between can read and change everything'

/** What a share link describes, without a way in. Throws `LINK_*` and `CONFIG_UNSUPPORTED`. */
export function readLink(link: string): LoadedConfig {
  const { profile, notes } = readShareLink(link)
  const warnings =
    profile.tls?.insecure === true && profile.tls.pinnedSha256 === '' ? [...notes, INSECURE] : notes
  return {
    config: makeClientConfig({ ...profileToConfig(profile), packetEncoding: encodingOf(profile) }),
    warnings,
  }
}

/** The same for a link, or for the text of the stream when it is `-`. */
export async function loadLink(link: string, stdin: AsyncIterable<Uint8Array>): Promise<LoadedConfig> {
  return readLink(link === '-' ? await readTextStream(stdin, 'standard input') : link)
}

/** Links have an older word for packetaddr than configurations. */
function encodingOf({ packetEncoding = 'none' }: Profile): 'none' | 'packet' | 'xudp' {
  return packetEncoding === 'packetaddr' ? 'packet' : packetEncoding
}
