import { describe, expect, it } from 'vitest'
import { makePair } from '../../../src/testing.js'
import { READ_BYTES } from '../../../src/transport/read-buffer.js'
import { MuxClient } from '../../../src/tunnel/mux-client.js'
import { maxPayload, planBody } from '../../../src/vmess/body-plan.js'

const PADDED = planBody({ security: 3, options: 0x0d, form: 'stream' })
const lender = { keep: (bytes: Uint8Array) => new Uint8Array(bytes) }

describe('a stream of a mux', () => {
  it('sends what one read of a socket gave in one write, which is one chunk of a padded body', () => {
    const [near] = makePair()
    const client = new MuxClient(near, { firstId: 1, onIdle: () => undefined, onClose: () => undefined })
    const stream = client.openStream({ kind: 'domain', host: 'example.com', port: 443 })
    const writes: number[] = []
    const write = near.write.bind(near)
    near.write = (bytes, given) => {
      writes.push(bytes.length)
      return write(bytes, given)
    }
    stream.write(new Uint8Array(1), lender)
    stream.write(new Uint8Array(READ_BYTES), lender)
    expect(writes).toEqual([expect.any(Number), maxPayload(PADDED)])
    client.abort()
  })
})
