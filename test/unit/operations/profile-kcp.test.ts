import { describe, expect, it } from 'vitest'
import { DEFAULT_KCP } from '../../../src/config/kcp-settings.js'
import { kcpFromProfile, kcpProfileOf } from '../../../src/operations/profile-kcp.js'
import { faultOf } from '../../support/fault-of.js'

const PROFILE = { network: 'kcp', header: 'srtp', seed: 'secret' } as const

describe('mKCP in links', () => {
  it('has V2Ray’s defaults for what links do not say', () => {
    expect(kcpFromProfile(PROFILE)).toEqual({ ...DEFAULT_KCP, header: 'srtp', seed: 'secret' })
    expect(kcpFromProfile({ ...PROFILE, seed: '' })).not.toHaveProperty('seed')
  })

  it('comes back as it was', () => {
    for (const profile of [PROFILE, { ...PROFILE, seed: '', mtu: 1200, tti: 20 }]) {
      expect(kcpProfileOf(kcpFromProfile(profile))).toEqual(profile)
    }
  })

  it('is refused with sizes out of bounds: CONFIG_UNSUPPORTED', () => {
    expect(faultOf(() => kcpFromProfile({ ...PROFILE, mtu: 20 }))).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      why: 'mtu of kcp is 20; allowed: 576 to 1460',
    })
    expect(faultOf(() => kcpFromProfile({ ...PROFILE, tti: 1000 })).code).toBe('CONFIG_UNSUPPORTED')
  })

  it('cannot say that the seed is empty: CONFIG_NO_SHARE_LINK', () => {
    expect(faultOf(() => kcpProfileOf({ ...DEFAULT_KCP, seed: '' })).code).toBe('CONFIG_NO_SHARE_LINK')
  })
})
