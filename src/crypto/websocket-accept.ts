import { hash } from 'node:crypto'

/** What a server adds to the key before it hashes it (RFC 6455 §1.3). */
const SALT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key`. */
export function websocketAccept(key: string): string {
  return hash('sha1', key + SALT, 'base64')
}
