/** What keeps a client from talking to a server, or may, and who has to change (failures §3). */
import type { DialectId } from '../dialects/dialect-ids.js'
import type { Profile } from '../dialects/profile.js'
import type { ServerDialect, ServerProfile } from '../dialects/server-profile.js'

export interface MatchInput {
  readonly client: Profile
  readonly server: ServerProfile
  readonly serverDialect: ServerDialect
  readonly clientDialect: DialectId
  /** Absent where it could not be read. */
  readonly certificate?: CertificateFacts
  /** The name of the user that the client is meant to be. */
  readonly user?: string
}

/** Of the server's certificate, the first of its chain. */
export interface CertificateFacts {
  /** PEM. */
  readonly certificate: string
  readonly names: readonly string[]
  readonly isFor: (name: string) => boolean
  /** Nobody but itself signed it. */
  readonly selfSigned: boolean
  readonly expired: boolean
  /** Lower-case hex. */
  readonly sha256: string
  /** V2Ray's hash of the chain, base64. */
  readonly chainSha256: string
}

export interface Difference {
  /** `match.path` */
  readonly id: `match.${string}`
  /** An error keeps them apart; a warning says what else is not as it should be. */
  readonly severity: 'error' | 'warning'
  /** Where the change belongs. */
  readonly side: 'client' | 'server'
  readonly message: string
  readonly hint: string
  /** What each side has; ids are masked. */
  readonly client: string
  readonly server: string
  /** The client as it should be; absent where the server has to change. */
  readonly fix?: (profile: Profile) => Profile
}

/** One thing that both sides have to agree on. */
export type MatchRule = (input: MatchInput) => Difference | undefined

type Given = Pick<Difference, 'message' | 'hint' | 'client' | 'server'>

/** The client has to change; `fix` does it. */
export function clientDiffers(
  id: Difference['id'],
  given: Given,
  fix?: (profile: Profile) => Profile,
): Difference {
  return { id, severity: 'error', side: 'client', ...given, ...(fix && { fix }) }
}

/** The server has to change. */
export function serverDiffers(id: Difference['id'], given: Given): Difference {
  return { id, severity: 'error', side: 'server', ...given }
}

export function asWarning(difference: Difference): Difference {
  return { ...difference, severity: 'warning' }
}

/** `/ray`, or `nothing`. */
export function shown(text: string): string {
  return text === '' ? 'nothing' : text
}
