/**
 * What comes in on an HTTP/2 stream, told when it comes and not when somebody reads it. Node has no event for
 * that: it puts what came into the stream with `push`, so this looks on there.
 */
import type { ClientHttp2Stream, ServerHttp2Stream } from 'node:http2'

export interface Arrivals {
  readonly onBytes: (count: number) => void
  /**
   * `END_STREAM` has come. A stream that the peer closed with `RST_STREAM` and `NO_ERROR` ends as well, as Node
   * sees it, but that is none: such a stream is closed before it is told that nothing more will come.
   */
  readonly onEndStream: () => void
}

/** For a stream that nobody has read from. */
export function watchArrivals(
  stream: ClientHttp2Stream | ServerHttp2Stream,
  { onBytes, onEndStream }: Arrivals,
): void {
  // What came in one read with the request.
  if (stream.readableLength > 0) onBytes(stream.readableLength)
  if (stream.endAfterHeaders || stream.state.remoteClose === 1) onEndStream()
  const push = stream.push.bind(stream)
  stream.push = (chunk: Uint8Array | null, encoding) => {
    if (chunk !== null) onBytes(chunk.length)
    else if (!stream.closed) onEndStream()
    return push(chunk, encoding)
  }
}
