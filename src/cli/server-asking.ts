/** Asking for the server, where none is named and none is in use. */
import { asFault } from '../faults/fault.js'
import type { ListedProfile } from '../operations/profiles/manage.js'
import { missingInput } from './flags.js'
import { askText, makePrompter, type Prompter } from './prompts.js'
import { visible } from './render/visible.js'

export interface ServerAsking {
  /** Whether there is somebody to ask. */
  readonly mayAsk: boolean
  /** Throws the fault of a link that cannot be used. */
  readonly checkLink: (link: string) => void
  readonly prompter?: Pick<Prompter, 'choose'>
}

/** What else would have answered. */
const OTHERWISE = 'vmess connect NAME; vmess profile use NAME for good'

/**
 * What a person at the terminal chooses: one of the stored servers, or a link where there are none. Undefined where
 * one is in use, or nobody is there to be asked. Throws `CLI_INPUT_MISSING` and `CLI_CANCELLED`.
 */
export async function chooseServer(
  profiles: readonly ListedProfile[],
  { mayAsk, checkLink, prompter = makePrompter() }: ServerAsking,
): Promise<string | undefined> {
  if (profiles.some(({ current }) => current)) return undefined
  if (profiles.length === 0 && !mayAsk) throw missingInput('a profile, a vmess:// link or --config FILE')
  if (profiles.length === 0) return askLink(checkLink)
  if (!mayAsk) return undefined
  const options = profiles.map((profile) => ({ value: profile.name, label: labelOf(profile) }))
  const fallback = options[0]?.value ?? ''
  return prompter.choose({ message: `Which server? (${OTHERWISE})`, options, fallback })
}

function labelOf(profile: ListedProfile): string {
  if (!profile.usable) return 'cannot be used'
  const { server, transport, tls } = profile
  return `${visible(server)}  ${tls === 'none' ? transport : `${transport}+${tls}`}`
}

function askLink(checkLink: ServerAsking['checkLink']): Promise<string> {
  return askText({
    message: 'vmess:// link (or give LINK or --config FILE)',
    validate: (answer) => {
      try {
        checkLink(answer)
        return true
      } catch (error) {
        return asFault(error).message
      }
    },
  })
}
