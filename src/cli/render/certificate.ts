import type { WrittenCertificate } from '../../operations/certificate.js'
import { visible } from './visible.js'

/** The files, what they are for, and how clients pin them. */
export function renderCertificate(written: WrittenCertificate): string {
  const { certificateFile, keyFile, hosts, notAfter, sha256, chainSha256 } = written
  return [
    `certificate  ${visible(certificateFile)}`,
    `key          ${visible(keyFile)}  keep it secret`,
    `for          ${hosts.join(', ')}`,
    `until        ${notAfter.toISOString().slice(0, 10)}`,
    `pin          ${sha256}  Xray pinnedPeerCertSha256, pcs in links`,
    `chain pin    ${chainSha256}  V2Ray pinnedPeerCertificateChainSha256`,
  ].join('\n')
}
