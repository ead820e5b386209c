import { makeAuthority } from './certificates.js'

/**
 * `security` and `tlsSettings` for both sides, which read the same block: the server its certificate, the
 * client whom to trust.
 */
export async function makeTlsSettings(): Promise<{ security: 'tls'; tlsSettings: object }> {
  const authority = await makeAuthority()
  const leaf = await authority.issue(['127.0.0.1', 'server.example.com'])
  return {
    security: 'tls',
    tlsSettings: {
      serverName: 'server.example.com',
      certificates: [
        { usage: 'encipherment', certificate: linesOf(leaf.certificate), key: linesOf(leaf.key) },
        { usage: 'verify', certificate: linesOf(authority.certificate) },
      ],
    },
  }
}

function linesOf(pem: string): readonly string[] {
  return pem.trim().split('\n')
}
