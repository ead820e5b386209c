import type { IncomingHttpHeaders, IncomingHttpStatusHeader, OutgoingHttpHeaders } from 'node:http2'
import type { Address } from '../contracts/transport.js'
import type { Fault } from '../faults/fault.js'
import type { StreamFraming } from './h2-connection.js'

/** Headers of a response; its trailers have no status. */
export type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader

/** How a tunnel shows on an HTTP/2 stream: what is asked, what is answered, what the bodies hold. */
export interface StreamForm {
  readonly name: string
  /** Absent: the bodies are the bytes. */
  readonly framing?: StreamFraming
  /** What a client asks with; `:scheme` is added. `tlsName`: whose certificate it wants, if any. */
  requestHeaders(address: Address, tlsName: string | undefined): OutgoingHttpHeaders
  /** Why a request is not for us, for the log; undefined when it is. */
  refusal(headers: IncomingHttpHeaders): string | undefined
  /** What a server answers at once. */
  readonly responseHeaders: OutgoingHttpHeaders
  /** What follows a server's last bytes. */
  readonly trailers?: OutgoingHttpHeaders
  /** Why a response, or its trailers, say that there is no tunnel. */
  responseFault(headers: ResponseHeaders): Fault | undefined
}
