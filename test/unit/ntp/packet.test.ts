import { describe, expect, it } from 'vitest'
import { decodeAnswer, encodeRequest } from '../../../src/ntp/packet.js'
import { type NtpSample, takeSample } from '../../../src/ntp/sample.js'
import { faultOf } from '../../support/fault-of.js'
import { type AnswerFields, ntpAnswer } from '../../support/ntp-server.js'

const COOKIE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
/** 2026-03-01T12:00:00Z */
const NOW = 1_772_366_400_000

function take(fields: AnswerFields, sentMs = NOW, receivedMs = NOW + 20): NtpSample {
  const times = { referenceMs: NOW - 5_000, receiveMs: NOW + 8, transmitMs: NOW + 12 }
  return takeSample(decodeAnswer(ntpAnswer({ ...times, ...fields })), { sentMs, receivedMs })
}

describe('a request', () => {
  it('says nothing but version 4, client, and its cookie', () => {
    expect(Buffer.from(encodeRequest(COOKIE)).toString('hex')).toBe(`23${'00'.repeat(39)}0102030405060708`)
  })
})

describe('an answer', () => {
  it('is read field by field', () => {
    // Bytes that a real server sent, apart from the cookie.
    const bytes = Buffer.from(
      '240303e8000004d2000003a147505300ed4efc8a40000000' + // to the reference time
        '0102030405060708ed4efcc080000000ed4efcc0c0000000',
      'hex',
    )
    expect(decodeAnswer(bytes)).toEqual({
      leap: 0,
      version: 4,
      mode: 4,
      stratum: 3,
      rootDelayMs: (0x4d2 / 65_536) * 1_000,
      rootDispersionMs: (0x3a1 / 65_536) * 1_000,
      referenceId: 'GPS',
      referenceMs: (0xed4efc8a - 2_208_988_800) * 1_000 + 250,
      cookie: COOKIE,
      receiveMs: (0xed4efcc0 - 2_208_988_800) * 1_000 + 500,
      transmitMs: (0xed4efcc0 - 2_208_988_800) * 1_000 + 750,
    })
  })

  it('may carry extensions, and is refused when it is cut', () => {
    const whole = ntpAnswer({ transmitMs: NOW })
    expect(decodeAnswer(Buffer.concat([whole, Buffer.alloc(20)]))).toEqual(decodeAnswer(whole))
    for (let length = 0; length < 48; length++) {
      expect(faultOf(() => decodeAnswer(whole.subarray(0, length))).code).toBe('NTP_PACKET')
    }
  })

  it('goes on after the first era of NTP, which ends in February 2036', () => {
    const beyond = Date.parse('2040-01-01T00:00:00.500Z')
    expect(decodeAnswer(ntpAnswer({ transmitMs: beyond })).transmitMs).toBe(beyond)
    expect(decodeAnswer(ntpAnswer({ transmitMs: NOW })).transmitMs).toBe(NOW)
  })
})

describe('a sample', () => {
  it('is the mean of both directions; the time at the server is not on the way', () => {
    const { skewMs, delayMs, rootDistanceMs, stratum } = take({})
    expect(skewMs).toBeCloseTo(0, 3)
    expect(delayMs).toBeCloseTo(16, 3)
    expect(rootDistanceMs).toBeCloseTo(10, 1)
    expect(stratum).toBe(2)
  })

  it.each([
    ['ahead', 90_000],
    ['behind', -3_600_000],
  ])('of a clock that is %s says so with its sign', (_, skew) => {
    expect(take({}, NOW + skew, NOW + skew + 20).skewMs).toBeCloseTo(skew, 3)
  })

  it.each<[string, AnswerFields, string, RegExp]>([
    ['of a client', { mode: 3 }, 'NTP_PACKET', /mode 3/],
    ['of version 0', { version: 0 }, 'NTP_PACKET', /version 0/],
    ['of version 7', { version: 7 }, 'NTP_PACKET', /version 7/],
    ['without a transmit time', { transmitMs: undefined }, 'NTP_PACKET', /no time/],
    ['without a receive time', { receiveMs: undefined }, 'NTP_PACKET', /no time/],
    ['sent before it was asked', { transmitMs: NOW - 50 }, 'NTP_PACKET', /before it was asked/],
    ['that took longer than our wait', { transmitMs: NOW + 5_000 }, 'NTP_PACKET', /longer than we waited/],
    [
      'that is a kiss of death',
      { stratum: 0, referenceId: 'RATE' },
      'NTP_KISS',
      /RATE, it was asked too often/,
    ],
    ['that is another kiss', { stratum: 0, referenceId: 'DENY', leap: 3 }, 'NTP_KISS', /DENY/],
    ['that is a kiss without a code', { stratum: 0 }, 'NTP_KISS', /no code/],
    ['of a clock that is not set', { leap: 3 }, 'NTP_UNSYNCHRONISED', /not set/],
    ['of stratum 16', { stratum: 16 }, 'NTP_UNSYNCHRONISED', /stratum 16/],
    ['with too wide a dispersion', { rootDispersionMs: 1_200 }, 'NTP_UNSYNCHRONISED', /1205 ms/],
    ['with too long a way to its source', { rootDelayMs: 3_000 }, 'NTP_UNSYNCHRONISED', /1505 ms/],
    ['set after it answered', { referenceMs: NOW + 60_000 }, 'NTP_UNSYNCHRONISED', /after it answered/],
  ])('is not taken from an answer %s', (_, fields, ...[code, why]) => {
    const fault = faultOf(() => take(fields))
    expect(fault.code).toBe(code)
    expect(fault.why).toMatch(why)
  })
})
