/** TLS of share links ↔ what the engine runs. */
import type { TlsConfig } from '../config/config.js'
import { DEFAULT_TLS } from '../config/tls.js'
import type { ProfileTls } from '../dialects/profile.js'
import { Fault } from '../faults/fault.js'

const SHA256_HEX = /^[0-9a-f]{64}$/

/** Throws `CONFIG_UNSUPPORTED` for what would have to be left out, and for REALITY. */
export function tlsFromProfile(tls: ProfileTls): TlsConfig {
  const { serverName, alpn, insecure, pinnedSha256, verifyName } = tls
  if (tls.reality !== undefined) {
    throw new Fault('CONFIG_UNSUPPORTED', { why: 'security reality is not supported; supported: none, tls' })
  }
  if (verifyName !== '' && verifyName !== serverName) {
    throw new Fault('CONFIG_UNSUPPORTED', { why: 'a certificate for another name than sni is not supported' })
  }
  if (tls.pinnedKeySha256 !== undefined && tls.pinnedKeySha256 !== '') {
    throw new Fault('CONFIG_UNSUPPORTED', {
      why: 'a pin of the key is not supported; a pin of the certificate is',
    })
  }
  if (tls.ech !== undefined && tls.ech !== '') {
    throw new Fault('CONFIG_UNSUPPORTED', {
      why: 'Encrypted Client Hello is not supported: the name would be seen',
    })
  }
  const pins = pinsOf(pinnedSha256)
  return {
    ...DEFAULT_TLS,
    allowInsecure: insecure,
    ...(serverName !== '' && { serverName }),
    ...(alpn.length > 0 && { alpn }),
    ...(pins.length > 0 && { pinnedCertificates: pins }),
    ...(tls.pinnedChainSha256 !== undefined && { pinnedChains: tls.pinnedChainSha256 }),
  }
}

function pinsOf(text: string): readonly string[] {
  if (text === '') return []
  const pins = text.split(',').map((pin) => pin.replaceAll(':', '').trim().toLowerCase())
  if (pins.every((pin) => SHA256_HEX.test(pin))) return pins
  throw new Fault('CONFIG_UNSUPPORTED', { why: 'the pinned certificate is not a SHA-256 sum in hex' })
}

/** For clients of a server, who know it by `address` unless it names itself. */
export function profileTlsOf({ serverName, alpn }: TlsConfig, address: string): ProfileTls {
  return {
    serverName: serverName ?? address,
    alpn: alpn ?? [],
    fingerprint: '',
    insecure: false,
    pinnedSha256: '',
    verifyName: '',
  }
}
