/** The stored server that answers first. */
import { Fault } from '../../faults/fault.js'
import { everyProfile } from './chosen.js'
import { PING_URL, pingProfiles } from './ping.js'

export interface FastestOptions {
  readonly timeoutMs: number
  /** http or https; that of `ping` unless given. */
  readonly url?: string | undefined
}

/** Its name. Throws `PROBE_NONE` when none answers, and `PROFILE_NONE` when none is stored. */
export async function findFastest(
  folder: string,
  { timeoutMs, url = PING_URL }: FastestOptions,
): Promise<string> {
  const { profiles } = await everyProfile(folder)
  const [best] = await pingProfiles(profiles, { count: 1, intervalMs: 0, timeoutMs, url })
  if (best?.ok === true) return best.name
  throw new Fault('PROBE_NONE', { why: `0 of ${profiles.length}` })
}
