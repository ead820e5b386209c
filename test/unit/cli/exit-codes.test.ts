import { describe, expect, it } from 'vitest'
import { EXIT_CODES, exitCodeOf } from '../../../src/cli/exit-codes.js'
import { FAULTS, type FaultCode } from '../../../src/faults/table.js'

describe('exit codes', () => {
  it.each<[FaultCode, number]>([
    ['CLI_USAGE', 2],
    ['CLI_INPUT_MISSING', 2],
    ['CLI_FILE', 8],
    ['CLI_FILE_SIZE', 8],
    ['CLI_CHECK', 1],
    ['CONFIG_SYNTAX', 23],
    ['LINK_ENCODING', 23],
    ['TRANSPORT_LISTEN', 9],
    ['TRANSPORT_TLS_FILES', 8],
    ['TRANSPORT_TLS_NAME', 5],
    ['TRANSPORT_CERTIFICATE_HOST', 2],
    ['DIAL_REFUSED', 5],
    ['VMESS_ID', 2],
    ['INTERNAL_INVARIANT', 1],
  ])('%s ends with %i', (code, exit) => {
    expect(exitCodeOf({ code, blame: FAULTS[code].blame })).toBe(exit)
  })

  it('a VMess fault that the peer is blamed for means that it refused us', () => {
    expect(exitCodeOf({ code: 'VMESS_ID', blame: 'peer' })).toBe(7)
  })

  it('every fault has a code that the table explains', () => {
    const explained = new Set<number>(EXIT_CODES.map(({ code }) => code))
    const codes = Object.entries(FAULTS) as [FaultCode, (typeof FAULTS)[FaultCode]][]
    const unexplained = codes.filter(([code, { blame }]) => !explained.has(exitCodeOf({ code, blame })))
    expect(unexplained).toEqual([])
  })
})
