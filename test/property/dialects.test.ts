import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DIALECT_IDS, type DialectId } from '../../src/dialects/dialect-ids.js'
import { DIALECT_SUPPORT } from '../../src/dialects/dialect-support.js'
import { fitProfile } from '../../src/dialects/fit-profile.js'
import type { Profile } from '../../src/dialects/profile.js'
import { FIELD_NAMES, PROFILE_FIELDS } from '../../src/dialects/profile-fields.js'
import { readProfiles } from '../../src/dialects/read-profiles.js'
import { writeProfiles } from '../../src/dialects/write-profiles.js'
import { anyProfile } from '../support/profiles.js'

async function through(profile: Profile, dialect: DialectId): Promise<Profile> {
  const { text } = await writeProfiles(dialect, [profile], { lossy: true })
  const { nodes } = await readProfiles(text, { dialect })
  const [node] = nodes
  if (node === undefined || !node.ok) throw node?.fault ?? new Error(`nothing was read from ${text}`)
  return node.profile
}

function changedFields(before: Profile, after: Profile): readonly string[] {
  return FIELD_NAMES.filter((name) => PROFILE_FIELDS[name].of(before) !== PROFILE_FIELDS[name].of(after))
}

describe.each(DIALECT_IDS)('profile → %s → profile', (dialect) => {
  it('is equal in every field that the dialect carries, and the report names exactly the others', async () => {
    let written = 0
    await fc.assert(
      fc.asyncProperty(anyProfile, async (original) => {
        const { profile: fitted, losses } = fitProfile(original, dialect)
        if (fitted === undefined) {
          expect(losses.some(({ breaks }) => breaks)).toBe(true)
          return
        }
        written++
        const after = await through(original, dialect)
        expect(after).toEqual(fitted)
        const before = { ...DIALECT_SUPPORT[dialect].fills, ...original }
        expect(losses.map(({ field }) => field)).toEqual(changedFields(before, after))
      }),
      { numRuns: 150 },
    )
    expect(written).toBeGreaterThan(10)
  })
})
