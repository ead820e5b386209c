/** What a server has in hand once a request header was found genuine. */
import type { BodyDecoder, BodyEncoder } from './body.js'
import { type BodySurroundings, makeBodyDecoder, makeBodyEncoder } from './body-codec.js'
import { planBody } from './body-plan.js'
import { type DirectionKeys, responseKeys, sealResponse } from './envelope.js'
import { hintsLargeChunks } from './large-chunk-hint.js'
import { legacyResponseKeys } from './legacy-head.js'
import type { RequestHeader } from './request-header.js'
import { encodeResponseHeader, RESPONSE_OPTION } from './response-header.js'
import type { VmessUser } from './user.js'

/** A genuine header and what came with it. */
export interface OpenedHead {
  readonly user: VmessUser
  readonly header: RequestHeader
  /** Whether the head was a legacy one; the response must match. */
  readonly legacy: boolean
  /** Bytes received after the head: the beginning of the body. Not shared with the caller's memory. */
  readonly rest: Uint8Array
}

export interface AcceptedRequest extends OpenedHead {
  /** The client is known to read chunks of any size; `downlink` writes them already. */
  readonly largeChunks: boolean
  /** An uplink that ends without the chunk that says so was cut. */
  readonly peerMarksEnd: boolean
  readonly uplink: BodyDecoder
  readonly downlink: BodyEncoder
  /** Goes out before the first downlink bytes, best in the same write. */
  readonly responseHead: Uint8Array
}

/** Throws `VMESS_SECURITY` or `VMESS_OPTIONS` for a body that cannot be. */
export function acceptRequest(head: OpenedHead, around: BodySurroundings): AcceptedRequest {
  const { user, header, legacy, rest } = head
  const { security, options, command } = header
  const plan = planBody({ security, options, form: command === 'udp' ? 'packet' : 'stream' })
  const up: DirectionKeys = { key: header.bodyKey, iv: header.bodyIv }
  const down = legacy ? legacyResponseKeys(up) : responseKeys(up)
  const largeChunks = hintsLargeChunks(header.bodyKey, header.padding)
  const plain = encodeResponseHeader({
    responseCheck: header.responseCheck,
    options: largeChunks ? RESPONSE_OPTION.marksEnd : RESPONSE_OPTION.none,
  })
  const running = legacy ? around.backend.aes128CfbEncryptor(down.key, down.iv) : undefined
  const responseHead =
    running === undefined ? sealResponse(down, plain, around.backend) : running.update(plain)
  const { key: requestKey, iv: requestIv } = up
  const downlink = makeBodyEncoder(
    plan,
    { key: down.key, iv: down.iv, requestKey, requestIv, running },
    around,
  )
  if (largeChunks) downlink.allowLargeChunks()
  return {
    user,
    header,
    legacy,
    rest,
    largeChunks,
    peerMarksEnd: largeChunks && plan.marksEnd && plan.form === 'stream',
    uplink: makeBodyDecoder(
      plan,
      { key: up.key, iv: up.iv, requestKey, requestIv, running: undefined },
      around,
    ),
    downlink,
    responseHead,
  }
}
