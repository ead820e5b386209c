/**
 * A TLS session as OpenSSL writes it down (`SSL_SESSION`, DER), without the certificate of the server.
 *
 * Whoever offers a session has it read first, and four fifths of that is the certificate, of which a resumed
 * TLS 1.3 handshake makes no use: the server proves that it has the session's secret, and its certificate was judged
 * when that was agreed upon. It was a tenth of what opening a connection costs a client.
 *
 * Since Node 22 a session stands in an envelope of Node's own (`\0nodejs:tls:`); such a one stays as it is.
 */

/** SEQUENCE. */
const SESSION_TAG = 0x30
/** The certificate: `[3]`, optional. */
const PEER_TAG = 0xa3
const LONG_FORM = 0x80

interface Element {
  readonly tag: number
  /** Where the content begins, and where the element ends. */
  readonly from: number
  readonly to: number
}

/** The same session without the certificate; what is not understood stays as it is. */
export function withoutPeer(session: Buffer): Buffer {
  const whole = elementAt(session, 0)
  if (whole === undefined || whole.tag !== SESSION_TAG || whole.to !== session.length) return session
  for (let at = whole.from; at < whole.to; ) {
    const element = elementAt(session, at)
    if (element === undefined) return session
    if (element.tag === PEER_TAG) {
      const rest = Buffer.concat([session.subarray(whole.from, at), session.subarray(element.to)])
      return Buffer.concat([sequenceHead(rest.length), rest])
    }
    at = element.to
  }
  return session
}

/** Lengths of two bytes are enough: a session is a few hundred bytes, with a certificate a few thousand. */
function elementAt(bytes: Buffer, at: number): Element | undefined {
  const [tag, length] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || length === undefined) return undefined
  const lengthBytes = length < LONG_FORM ? 0 : length - LONG_FORM
  const from = at + 2 + lengthBytes
  if (lengthBytes > 2 || from > bytes.length) return undefined
  const size = lengthBytes === 0 ? length % LONG_FORM : bytes.readUIntBE(at + 2, lengthBytes)
  const to = from + size
  return to > bytes.length ? undefined : { tag, from, to }
}

function sequenceHead(length: number): Buffer {
  if (length < LONG_FORM) return Buffer.from([SESSION_TAG, length])
  if (length < 0x100) return Buffer.from([SESSION_TAG, LONG_FORM + 1, length])
  return Buffer.from([SESSION_TAG, LONG_FORM + 2, length >>> 8, length & 0xff])
}
