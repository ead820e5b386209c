/** The bytes of a certificate that signs itself. A file of its own, because few starts need what it loads. */
import { generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import * as asn from '@peculiar/asn1-x509'

export interface SelfSigned {
  readonly subject: string
  /** Whom it is for, in this order. */
  readonly names: readonly ({ readonly dNSName: string } | { readonly iPAddress: string })[]
  readonly notBefore: Date
  readonly notAfter: Date
}

type KeyType = keyof typeof KINDS

interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

// As RFC 5758 §3.2 and RFC 4055 §5 have them; only RSA's has parameters.
const ECDSA_SHA256 = { oid: '1.2.840.10045.4.3.2', hash: 'sha256', parameters: undefined }
const ECDSA_SHA384 = { oid: '1.2.840.10045.4.3.3', hash: 'sha384', parameters: undefined }
const RSA_SHA256 = { oid: '1.2.840.113549.1.1.11', hash: 'sha256', parameters: null }

const KINDS = {
  p256: { makeKeys: () => ecKeys('P-256'), signature: ECDSA_SHA256 },
  p384: { makeKeys: () => ecKeys('P-384'), signature: ECDSA_SHA384 },
  rsa2048: { makeKeys: () => rsaKeys(2_048), signature: RSA_SHA256 },
  rsa4096: { makeKeys: () => rsaKeys(4_096), signature: RSA_SHA256 },
} as const

const COMMON_NAME = '2.5.4.3'

/** The certificate as DER, its key as PEM. */
export async function signSelf(facts: SelfSigned, keyType: KeyType): Promise<{ der: Buffer; key: string }> {
  const { makeKeys, signature } = KINDS[keyType]
  const { publicKey, privateKey } = await makeKeys()
  const publicInfo = publicKey.export({ type: 'spki', format: 'der' })
  const { oid: algorithm, hash, parameters } = signature
  const signatureAlgorithm = new asn.AlgorithmIdentifier({
    algorithm,
    ...(parameters === null && { parameters }),
  })
  const name = nameOf(facts.subject)
  const tbsCertificate = new asn.TBSCertificate({
    version: asn.Version.v3,
    serialNumber: bytes(serialNumber()),
    signature: signatureAlgorithm,
    issuer: name,
    validity: new asn.Validity(facts),
    subject: name,
    subjectPublicKeyInfo: AsnConvert.parse(publicInfo, asn.SubjectPublicKeyInfo),
    extensions: new asn.Extensions(extensions(facts, keyType)),
  })
  const signed = sign(hash, Buffer.from(AsnConvert.serialize(tbsCertificate)), privateKey)
  const whole = new asn.Certificate({ tbsCertificate, signatureAlgorithm, signatureValue: bytes(signed) })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { der: Buffer.from(AsnConvert.serialize(whole)), key }
}

function ecKeys(namedCurve: string): Promise<Keys> {
  return new Promise((resolve, reject) => {
    generateKeyPair('ec', { namedCurve }, (error, publicKey, privateKey) =>
      error === null ? resolve({ publicKey, privateKey }) : reject(error),
    )
  })
}

function rsaKeys(modulusLength: number): Promise<Keys> {
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength }, (error, publicKey, privateKey) =>
      error === null ? resolve({ publicKey, privateKey }) : reject(error),
    )
  })
}

/** Sixteen bytes, positive, and none of them to be left out in front. */
function serialNumber(): Buffer {
  const number = randomBytes(16)
  number[0] = ((number[0] ?? 0) & 0x7f) | 0x40
  return number
}

function nameOf(subject: string): asn.Name {
  const value = new asn.AttributeValue({ utf8String: subject })
  const attribute = new asn.AttributeTypeAndValue({ type: COMMON_NAME, value })
  return new asn.Name([new asn.RelativeDistinguishedName([attribute])])
}

/** What keeps it from signing others, and says for what and for whom it is. */
function extensions({ names }: SelfSigned, keyType: KeyType): asn.Extension[] {
  const { digitalSignature, keyEncipherment } = asn.KeyUsageFlags
  const usages = keyType.startsWith('rsa') ? digitalSignature | keyEncipherment : digitalSignature
  return [
    extension(asn.id_ce_basicConstraints, new asn.BasicConstraints({ cA: false }), true),
    extension(asn.id_ce_keyUsage, new asn.KeyUsage(usages), true),
    extension(asn.id_ce_extKeyUsage, new asn.ExtendedKeyUsage([asn.id_kp_serverAuth])),
    extension(
      asn.id_ce_subjectAltName,
      new asn.SubjectAlternativeName(names.map((name) => new asn.GeneralName(name))),
    ),
  ]
}

function extension(extnID: string, value: object, critical = false): asn.Extension {
  return new asn.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })
}

/** As memory of its own, which the package asks for. */
function bytes(view: Buffer): ArrayBuffer {
  return new Uint8Array(view).buffer
}
