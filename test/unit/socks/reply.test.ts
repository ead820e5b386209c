import { describe, expect, it } from 'vitest'
import { makeDestination } from '../../../src/address/destination.js'
import { toHex } from '../../../src/bytes/bytes.js'
import { Fault } from '../../../src/faults/fault.js'
import { encodeReply, replyForFault } from '../../../src/socks/reply.js'

describe('a SOCKS reply', () => {
  it('carries where the application shall send its datagrams', () => {
    expect(toHex(encodeReply(0, makeDestination('127.0.0.1', 0x1234)))).toBe('050000017f0000011234')
  })

  it.each([
    ['DIAL_REFUSED', 5],
    ['DIAL_UNREACHABLE', 4],
    ['DIAL_NAME', 4],
    ['DIAL_TIMEOUT', 4],
    ['DIAL_BLOCKED', 2],
    ['DIAL_FAILED', 1],
    ['RELAY_NO_OUTBOUND', 1],
  ] as const)('for %s is %i', (code, reply) => {
    expect(replyForFault(new Fault(code))).toBe(reply)
  })

  it('tells a network from a host that cannot be reached', () => {
    const cause = Object.assign(new Error('x'), { code: 'ENETUNREACH' })
    expect(replyForFault(new Fault('DIAL_UNREACHABLE', { cause }))).toBe(3)
  })
})
