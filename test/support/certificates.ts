/** Certificates for tests: an authority of our own and what it signs. Nothing of it is kept. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000

x509.cryptoProvider.set(webcrypto)

/** PEM text. */
export interface TestCertificate {
  readonly certificate: string
  readonly key: string
}

export interface TestAuthority extends TestCertificate {
  /** A certificate for these names and IP addresses, valid for a day unless told otherwise. */
  issue(names: readonly string[], validity?: Partial<Validity>): Promise<TestCertificate>
}

interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

export async function makeAuthority(name = 'Test CA'): Promise<TestAuthority> {
  const keys = await makeKeys()
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...dates({}),
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  })
  return {
    certificate: root.toString('pem'),
    key: await pemOf(keys.privateKey),
    issue: async (names, validity = {}) => {
      const own = await makeKeys()
      const leaf = await x509.X509CertificateGenerator.create({
        ...dates(validity),
        subject: `CN=${names[0] ?? 'nobody'}`,
        issuer: root.subject,
        signingKey: keys.privateKey,
        publicKey: own.publicKey,
        signingAlgorithm: ALGORITHM,
        extensions: [new x509.SubjectAlternativeNameExtension(names.map(alternativeName))],
      })
      return { certificate: leaf.toString('pem'), key: await pemOf(own.privateKey) }
    },
  }
}

/** SHA-256 of the DER bytes, in hex. */
export async function fingerprint({ certificate }: TestCertificate): Promise<string> {
  const sum = await new x509.X509Certificate(certificate).getThumbprint('SHA-256')
  return Buffer.from(sum).toString('hex')
}

/** The DER bytes. */
export function derOf({ certificate }: TestCertificate): Uint8Array {
  return new Uint8Array(new x509.X509Certificate(certificate).rawData)
}

export function days(count: number): Date {
  return new Date(Date.now() + count * DAY_MS)
}

function dates({ notBefore = days(-1), notAfter = days(1) }: Partial<Validity>): Validity {
  return { notBefore, notAfter }
}

function alternativeName(name: string): x509.GeneralName {
  return new x509.GeneralName(/^[\d.]+$|:/.test(name) ? 'ip' : 'dns', name)
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key)
  return x509.PemConverter.encode(der, 'PRIVATE KEY')
}
