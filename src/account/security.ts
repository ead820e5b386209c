/** Names of the body ciphers, as configurations and links write them (protocol §4.1). */

export const SECURITIES = ['auto', 'aes-128-gcm', 'chacha20-poly1305', 'none', 'zero', 'aes-128-cfb'] as const

export type Security = (typeof SECURITIES)[number]

/** What can stand for itself on the wire. */
export type WireSecurity = Exclude<Security, 'auto'>

const HARDWARE_AES: readonly string[] = ['x64', 'arm64', 's390x']

/** `auto` for a machine of this architecture (`process.arch`), as v2ray decides it (protocol §8.1). */
export function resolveSecurity(security: Security, architecture: string): WireSecurity {
  if (security !== 'auto') return security
  return HARDWARE_AES.includes(architecture) ? 'aes-128-gcm' : 'chacha20-poly1305'
}
