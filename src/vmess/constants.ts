/** Numbers and salts of the heads, named once. Those of the body stand in `body-plan.ts`. */

export const VERSION = 1

/** Byte 37 of the request header (protocol §5.2). */
export const COMMAND = { tcp: 1, udp: 2, mux: 3 } as const

export type Command = keyof typeof COMMAND

/** Salts of the key derivation (protocol §3.1). */
export const SALT = {
  authId: 'AES Auth ID Encryption',
  lengthKey: 'VMess Header AEAD Key_Length',
  lengthNonce: 'VMess Header AEAD Nonce_Length',
  headerKey: 'VMess Header AEAD Key',
  headerNonce: 'VMess Header AEAD Nonce',
  responseLengthKey: 'AEAD Resp Header Len Key',
  responseLengthNonce: 'AEAD Resp Header Len IV',
  responseHeaderKey: 'AEAD Resp Header Key',
  responseHeaderNonce: 'AEAD Resp Header IV',
} as const

/** AES keys, body keys, body IVs and auth IDs are all as long as a block. */
export const KEY_BYTES = 16
export const AUTH_ID_BYTES = 16
export const CONNECTION_NONCE_BYTES = 8
export const AEAD_NONCE_BYTES = 12
export const TAG_BYTES = 16
/** A length under its own seal: two bytes and the tag. */
export const SEALED_LENGTH_BYTES = 2 + TAG_BYTES

/** Version to command, before the address. */
export const HEADER_FIXED_BYTES = 38
export const CHECKSUM_BYTES = 4
export const MAX_PADDING_BYTES = 15
/** Mux without padding: 38 fixed and 4 of checksum. */
export const MIN_HEADER_BYTES = HEADER_FIXED_BYTES + CHECKSUM_BYTES
/** Port, type, length and 255 bytes of domain. */
export const MAX_ADDRESS_BYTES = 2 + 1 + 1 + 255
export const MAX_HEADER_BYTES = HEADER_FIXED_BYTES + MAX_ADDRESS_BYTES + MAX_PADDING_BYTES + CHECKSUM_BYTES
/**
 * The most that is read for one sealed header, request or response. v2ray ignores what follows the
 * fields inside the seal, so room is left for it; nobody is known to use it.
 */
export const MAX_SEALED_HEADER_BYTES = 2048

/** Check byte, options, command id, command length. */
export const RESPONSE_FIXED_BYTES = 4

/** A header's time may be this far from the server's clock, both ways, inclusive (protocol §2.4, §3.3). */
export const TIME_WINDOW_SECONDS = 120
/**
 * How long a repeated auth ID must be recognised: from the first to the last moment at which its second
 * is inside the window, 241 seconds by a clock that is read in whole seconds.
 */
export const AUTH_ID_MEMORY_MS = (2 * TIME_WINDOW_SECONDS + 1) * 1000
/** How long (user, body key, body IV) is remembered (protocol §2.5). */
export const SESSION_MEMORY_MS = 180_000
