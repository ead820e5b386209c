/** The names of protocols that a handshake offers. */
import { Fault } from '../faults/fault.js'

/** Their length is one byte (RFC 7301 §3.1). */
const LONGEST = 255

/** The names as Node takes them. Throws `TRANSPORT_TLS_HANDSHAKE` for one that fits no handshake. */
export function alpnProtocols(names: readonly string[]): string[] {
  const long = names.find((name) => Buffer.byteLength(name) > LONGEST)
  if (long === undefined) return [...names]
  throw new Fault('TRANSPORT_TLS_HANDSHAKE', {
    what: 'a protocol of alpn cannot be offered',
    why: `it has ${Buffer.byteLength(long)} bytes, at most ${LONGEST} fit`,
    hint: 'mend alpn: h2 and http/1.1 are usual',
    blame: 'caller',
  })
}
