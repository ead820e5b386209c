/** What travels inside a mux carrier, and packetaddr. */
import { concat, fromHex } from '../../src/bytes/bytes.js'
import { MuxFrameDecoder } from '../../src/mux/frame-decoder.js'
import { decodeAddressedDatagram } from '../../src/mux/packet-address.js'
import type { Target } from './harness.js'
import { cut } from './mutate.js'

const FRAMES = [
  fromHex('0014 0001 01 01 01 01bb 02 0b 6578616d706c652e636f6d 0005 68656c6c6f'),
  fromHex('0004 0001 02 01 0005 616761696e'),
  fromHex('0004 0001 03 02'),
  fromHex('0004 0000 04 00'),
  fromHex('0014 0000 01 01 02 0035 01 08080808 0102030405060708 0001 71'),
  fromHex('000c 0000 02 01 02 0035 01 01010101 0002 7132'),
]

const frames: Target = {
  name: 'mux-frames',
  samples: [...FRAMES, concat(FRAMES)],
  run(input, dice) {
    const decoder = new MuxFrameDecoder()
    const found: unknown[] = []
    for (const piece of cut(input, dice)) {
      decoder.receive(piece)
      for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) found.push(frame)
    }
    decoder.finish()
    return [decoder, found]
  },
}

const packetAddress: Target = {
  name: 'packet-address',
  samples: [fromHex('01 08080808 0035 71'), fromHex('02 20010db8000000000000000000000001 01bb 71')],
  run: (input) => decodeAddressedDatagram(input),
}

export const MUX_TARGETS: readonly Target[] = [frames, packetAddress]
