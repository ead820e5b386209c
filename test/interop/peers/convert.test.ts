/** Everything of a profile that a dialect carries, in one file: the program that it is for accepts it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeProfiles } from '../../../src/dialects/write-profiles.js'
import { peerCheck, peerMissing } from '../../support/peers.js'
import { anyProfile } from '../../support/profiles.js'

const PROFILES = 1500
/** How many of them fit at least. */
const FIT = 250

describe.each(['xray', 'sing-box', 'mihomo', 'v2ray5'] as const)('%s', (peer) => {
  const missing = peerMissing(peer)
  const title = missing === undefined ? '' : `: ${missing}`

  it.skipIf(missing !== undefined)(`accepts the outbounds of random profiles${title}`, async () => {
    const profiles = fc.sample(anyProfile, PROFILES)
    const { text, leftOut } = await writeProfiles(peer, profiles)
    expect(profiles.length - leftOut.length).toBeGreaterThan(FIT)
    const { accepted, said } = await peerCheck(peer, text)
    expect(accepted, said).toBe(true)
  })
})
