/** What peers send behind the upgrade of a WebSocket, in both roles. */
import { concat, fromHex } from '../../src/bytes/bytes.js'
import { encodeControl, encodeMessages, OPCODE, type WebSocketRole } from '../../src/websocket/frame.js'
import { WebSocketDecoder } from '../../src/websocket/frame-decoder.js'
import type { Target } from './harness.js'
import { cut } from './mutate.js'

const makeKey = (): Uint8Array => fromHex('37fa213d')

/** Messages, fragments with a ping between them, and a close. `sender` writes them. */
function samples(sender: WebSocketRole): readonly Uint8Array[] {
  const message = (length: number): Uint8Array =>
    concat(encodeMessages([new Uint8Array(length).fill(0x61)], sender, makeKey))
  const control = (opcode: number, hex: string): Uint8Array =>
    encodeControl({ opcode, payload: fromHex(hex) }, sender, makeKey)
  const begin = message(5)
  begin[0] = OPCODE.binary
  const end = message(3)
  end[0] = 0x80
  const parts = concat([begin, control(OPCODE.ping, '21'), end, control(OPCODE.pong, '')])
  return [
    message(5),
    message(200),
    message(70_000),
    parts,
    concat([message(9), control(OPCODE.close, '03e8')]),
  ]
}

function target(role: WebSocketRole): Target {
  return {
    name: `websocket-${role}`,
    samples: samples(role === 'client' ? 'server' : 'client'),
    run(input, dice) {
      const decoder = new WebSocketDecoder(role)
      let bytes = 0
      for (const piece of cut(input, dice)) {
        decoder.receive(piece)
        for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
          if (event.kind === 'data') bytes += event.bytes.length
        }
      }
      return [decoder, bytes]
    },
  }
}

export const WEBSOCKET_TARGETS: readonly Target[] = [target('client'), target('server')]
