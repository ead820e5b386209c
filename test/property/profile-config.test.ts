/** Two ways from a profile to what the engine runs: directly, and through the file that V2Ray would be given. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkConfig } from '../../src/config/v2ray-json.js'
import { fitProfile } from '../../src/dialects/fit-profile.js'
import { writeV2rayJson } from '../../src/dialects/v2ray-writer.js'
import { asFault } from '../../src/faults/fault.js'
import { profileToConfig } from '../../src/operations/profile-outbound.js'
import { anyProfile } from '../support/profiles.js'

it.each(['v2ray', 'xray'] as const)('a profile runs as its %s outbound does', (dialect) => {
  let compared = 0
  fc.assert(
    fc.property(anyProfile, (original) => {
      const { profile } = fitProfile(original, dialect)
      // The file leaves hosts and headers of the disguise to V2Ray as a whole, or to nobody.
      if (
        profile === undefined ||
        (profile.transport.network === 'tcp' && profile.transport.header === 'http')
      )
        return
      const checked = checkConfig(writeV2rayJson([profile], dialect))
      let direct: ReturnType<typeof profileToConfig>
      try {
        direct = profileToConfig(profile)
      } catch (error) {
        expect(asFault(error).code).toBe('CONFIG_UNSUPPORTED')
        const { ech, verifyName = '' } = profile.tls ?? {}
        expect(checked.ok && ech === undefined && verifyName === '').toBe(false)
        return
      }
      if (!checked.ok) throw new Error(JSON.stringify(checked.issues))
      const [outbound] = checked.config.outbounds
      if (outbound?.protocol !== 'vmess') throw new Error('no vmess outbound')
      const { packetEncoding, mux, ...rest } = direct
      expect({ server: outbound.settings.servers[0], stream: outbound.stream }).toEqual(rest)
      expect(outbound.settings.packetEncoding ?? 'none').toBe(packetEncoding)
      expect(outbound.mux).toEqual(mux)
      compared++
    }),
    { numRuns: 300 },
  )
  expect(compared).toBeGreaterThan(20)
})
