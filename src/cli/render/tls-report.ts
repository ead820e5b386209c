import type { CertificateFacts, TlsReport } from '../../operations/inspect-tls.js'
import type { Paint } from '../paint.js'
import { visible } from './visible.js'

/** The handshake, the chain, the pins and the verdict; names in certificates are others' text. */
export function renderTlsReport(report: TlsReport, paint: Paint): string {
  const { address, port, protocol, cipher, alpn, name, nameMatches, trusted, chain, problems } = report
  const yes = (good: boolean, text: string): string =>
    good ? `${paint.green('yes')}  ${text}` : `${paint.red('no')}   ${text}`
  const verdicts = problems.flatMap(({ severity, message, hint, code }) => [
    `${severity === 'error' ? paint.red('problem') : paint.yellow('warning')}  ${visible(message)}  [${code}]`,
    `         ${visible(hint)}`,
  ])
  return [
    `server   ${visible(address)} port ${port}`,
    `tls      ${protocol}, ${cipher}`,
    `alpn     ${alpn === undefined ? 'none chosen' : visible(alpn)}`,
    `name     ${yes(nameMatches, visible(name))}`,
    `trusted  ${yes(trusted, trusted ? 'by the authorities of this program' : 'as it stands')}`,
    ...chain.flatMap(renderCertificateFacts),
    ...(report.sha256 === undefined
      ? []
      : ['', `pin        ${report.sha256}  Xray pinnedPeerCertSha256, pcs in links`]),
    ...(report.chainSha256 === undefined
      ? []
      : [`chain pin  ${report.chainSha256}  V2Ray pinnedPeerCertificateChainSha256`]),
    '',
    ...(problems.length === 0 ? [paint.green('clients take this server')] : verdicts),
  ].join('\n')
}

function renderCertificateFacts(facts: CertificateFacts, index: number): string[] {
  const { subject, issuer, names, notBefore, notAfter, key, sha256 } = facts
  return [
    '',
    `[${index}] ${visible(subject)}`,
    `    signed by ${subject === issuer ? 'itself' : visible(issuer)}`,
    ...(names.length === 0 ? [] : [`    for ${visible(names.join(', '))}`]),
    `    ${day(notBefore)} to ${day(notAfter)}, ${visible(key)}`,
    ...(index === 0 ? [] : [`    sha256 ${sha256}`]),
  ]
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}
