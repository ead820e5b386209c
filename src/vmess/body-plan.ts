/**
 * From (security, options, command) to the shape of a body: the only place that knows which
 * combinations exist (protocol §4.1, §4.2, §4.4). Encoder and decoder both read the plan.
 */
import { Fault } from '../faults/fault.js'

/** Option bits of the request header, byte 34. */
export const OPTION = {
  chunkStream: 0x01,
  connectionReuse: 0x02,
  chunkMasking: 0x04,
  globalPadding: 0x08,
  authenticatedLength: 0x10,
} as const

/** Values of the low nibble of byte 35 that can stand on the wire. */
export const WIRE_SECURITY = { aes128Cfb: 1, aes128Gcm: 3, chacha20Poly1305: 4, none: 5 } as const

/** A reader takes any chunk that 16 bits can announce. */
export const MAX_WIRE_SIZE = 0xffff
/** Payload that every known reader accepts in one chunk (protocol §4.7). */
export const SAFE_PAYLOAD = 16_368
/** Padding lengths are a word modulo this. */
export const PADDING_MODULUS = 64

export type BodyForm = 'stream' | 'packet'

export interface BodyPlan {
  readonly cipher: 'aes-128-gcm' | 'chacha20-poly1305' | 'aes-128-cfb' | 'none'
  /** `raw` has no framing at all: "zero", and aes-128-cfb without the chunk option. */
  readonly framing: 'chunks' | 'raw'
  readonly size: 'plain' | 'masked' | 'sealed'
  readonly padding: boolean
  /** An empty chunk marks the end. Readers always understand it; it is written only if true. */
  readonly marksEnd: boolean
  /** Packet: one chunk is one datagram. */
  readonly form: BodyForm
  /** Bytes that sealing adds to a payload. */
  readonly overhead: number
}

export interface BodyChoice {
  /** Low nibble of byte 35. */
  readonly security: number
  /** Byte 34. */
  readonly options: number
  readonly form: BodyForm
}

/**
 * The plan of a body. Throws `VMESS_SECURITY` for a cipher that is no wire value (0, 2, 6 to 15) and
 * `VMESS_OPTIONS` for combinations on which some peers crash: padding without masking, and datagrams
 * without chunks.
 */
export function planBody({ security, options, form }: BodyChoice): BodyPlan {
  const cipher = cipherOf(security)
  const has = (bit: number): boolean => (options & bit) !== 0
  const aead = cipher === 'aes-128-gcm' || cipher === 'chacha20-poly1305'
  const chunked = aead || has(OPTION.chunkStream)
  if (has(OPTION.globalPadding) && !has(OPTION.chunkMasking)) {
    throw new Fault('VMESS_OPTIONS', { why: `padding without masking (options 0x${options.toString(16)})` })
  }
  if (form === 'packet' && !chunked) {
    throw new Fault('VMESS_OPTIONS', { why: 'datagrams without the chunk option have no boundaries' })
  }
  return {
    cipher,
    framing: chunked ? 'chunks' : 'raw',
    size: aead && has(OPTION.authenticatedLength) ? 'sealed' : has(OPTION.chunkMasking) ? 'masked' : 'plain',
    // v2ray never pads an unencrypted stream, whatever the option says.
    padding: has(OPTION.globalPadding) && !(cipher === 'none' && form === 'stream'),
    marksEnd: has(OPTION.chunkStream),
    form,
    overhead: aead ? 16 : cipher === 'aes-128-cfb' ? 4 : 0,
  }
}

/** The most payload that one chunk of this plan can carry, 16-bit sizes and padding considered. */
export function maxPayload(plan: BodyPlan): number {
  return MAX_WIRE_SIZE - plan.overhead - (plan.padding ? PADDING_MODULUS - 1 : 0)
}

function cipherOf(security: number): BodyPlan['cipher'] {
  switch (security) {
    case WIRE_SECURITY.aes128Cfb:
      return 'aes-128-cfb'
    case WIRE_SECURITY.aes128Gcm:
      return 'aes-128-gcm'
    case WIRE_SECURITY.chacha20Poly1305:
      return 'chacha20-poly1305'
    case WIRE_SECURITY.none:
      return 'none'
    default:
      throw new Fault('VMESS_SECURITY', { why: `type ${security}; 1, 3, 4 and 5 are known` })
  }
}
