/** What the commands that share a profile have in common. */
import { Args, Flags } from '@oclif/core'
import { environment } from './environment.js'
import { hostFlag } from './flags.js'
import type { ShareSource } from '../operations/share-source.js'
import { standardInput } from './standard-input.js'

export const sourceArg = {
  source: Args.string({
    description:
      'a stored profile, a vmess:// link, the file of a client or a server, or - for standard input; ' +
      'a profile comes before a file of its name, ./NAME is always the file; the profile in use unless given',
    ignoreStdin: true,
  }),
}

export const sourceFlags = {
  user: Flags.string({
    helpValue: 'EMAIL',
    summary: 'of a server file: which of its users',
    helpGroup: 'SERVER FILE',
  }),
  address: hostFlag({
    char: 'a',
    summary: 'of a server file: how clients reach it',
    helpGroup: 'SERVER FILE',
  }),
  port: Flags.integer({
    char: 'p',
    min: 1,
    max: 65_535,
    helpValue: 'PORT',
    summary: 'of a server file: the port clients use, if something in front changes it',
    helpGroup: 'SERVER FILE',
  }),
}

interface SourceFlags {
  readonly user?: string | undefined
  readonly address?: string | undefined
  readonly port?: number | undefined
}

/** The flags and the argument as `readShareSource` takes them; `folder` is where profiles are. */
export function sourceOf(source: string | undefined, flags: SourceFlags, folder: string): ShareSource {
  const { user, address, port } = flags
  return { source, folder, user, address, port, stdin: standardInput(), environment: environment.variables() }
}
