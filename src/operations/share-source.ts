/** What is shared: stored profiles, links, client files, and the users of server files. */
import { Fault } from '../faults/fault.js'
import { findSource, readSource, type SourceProfiles, usableProfiles } from './profiles/named-source.js'
import { readText } from './text-input.js'

export { onlyProfile } from './profiles/named-source.js'

export interface ShareSource {
  /** As `findSource` takes it; the profile in use unless given. */
  readonly source?: string | undefined
  /** Where profiles are stored. */
  readonly folder: string
  readonly stdin: AsyncIterable<Uint8Array>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of a server file: how clients reach the server. */
  readonly address?: string | undefined
  /** Of a server file: the port that clients use, where something in front of it changes it. */
  readonly port?: number | undefined
  /** Of a server file: the email of a user; all of them unless given. */
  readonly user?: string | undefined
}

export type SharedProfiles = SourceProfiles

/** The profiles that a source stands for. Throws PROFILE, CLI_FILE, LINK and CONFIG faults. */
export async function readShareSource(request: ShareSource): Promise<SharedProfiles> {
  const { source: name, folder, stdin, environment } = request
  if (request.address !== undefined || request.user !== undefined) return readServer(request)
  const source = await findSource({ name, folder, stdin })
  const reading = await readSource(source).catch(async (error: unknown) => {
    throw source.kind === 'file' && (await isServer(source.text, environment))
      ? addressNeeded('it is the file of a server: ')
      : error
  })
  return usableProfiles(reading)
}

async function isServer(text: string, environment: ShareSource['environment']): Promise<boolean> {
  const { isServerText } = await import('./server-source.js')
  return isServerText(text, environment)
}

function addressNeeded(before = ''): Fault {
  return new Fault('CLI_INPUT_MISSING', { what: `${before}--address ADDR is needed` })
}

async function readServer({ address, source: file = '-', stdin, ...choice }: ShareSource) {
  if (address === undefined) throw addressNeeded()
  const text = await readText(file, { stdin })
  const { readServerText } = await import('./server-source.js')
  return { profiles: await readServerText(text, { address, file, ...choice }), notes: [] }
}
