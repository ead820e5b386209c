/** How each kind of client is told to trust one certificate. */
import type { DialectId } from '../dialects/dialect-ids.js'
import type { JsonValue, Profile } from '../dialects/profile.js'
import type { CertificateFacts } from './difference.js'

type Members = Readonly<Record<string, JsonValue>>

/** Programs without a pin take the certificate itself as an authority: a field that profiles do not have. */
const AUTHORITIES: Partial<Record<DialectId, (pem: string) => Members>> = {
  v2ray: (pem) => ({
    '/streamSettings/tlsSettings/disableSystemRoot': true,
    '/streamSettings/tlsSettings/certificates': [{ usage: 'verify', certificate: linesOf(pem) }],
  }),
  v2ray5: (pem) => ({
    '/streamSettings/securitySettings/disableSystemRoot': true,
    '/streamSettings/securitySettings/certificate': [
      { usage: 'AUTHORITY_VERIFY', Certificate: Buffer.from(pem).toString('base64') },
    ],
  }),
  'sing-box': (pem) => ({ '/tls/certificate': linesOf(pem) }),
}

/** The client with the certificate as its only authority, or pinned where its format has pins. */
export function trusting(
  profile: Profile,
  { certificate, sha256 }: Pick<CertificateFacts, 'certificate' | 'sha256'>,
  dialect: DialectId,
): Profile {
  const authority = AUTHORITIES[dialect]
  if (authority === undefined) {
    return profile.tls === undefined ? profile : { ...profile, tls: { ...profile.tls, pinnedSha256: sha256 } }
  }
  const extra = new Map([...profile.extra, ...Object.entries(authority(certificate))])
  return { ...profile, extra, extraOf: dialect }
}

function linesOf(pem: string): readonly string[] {
  return pem.trim().split(/\r?\n/)
}
