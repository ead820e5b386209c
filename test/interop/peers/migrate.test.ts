/** Files of V2Ray, of all ages and with what other programs have no more: what `migrate` makes of them is accepted. */
import { describe, expect, it } from 'vitest'
import { asFault } from '../../../src/faults/fault.js'
import { migrateFiles } from '../../../src/operations/migrate.js'
import { peerChecks, peerMissing } from '../../support/peers.js'
import { EXAMPLES } from '../../unit/config/rules/examples.js'

const OLD_FILES = Object.entries(EXAMPLES)
  .filter(([id]) => !id.startsWith('VM-B'))
  .flatMap(([id, { bad, good }]) => (id.startsWith('VM-T') ? [good, bad] : [good]))
/** Addresses and certificates are not part of an example. */
const NOT_HERE = /no such file|certificate/

describe.each(['xray', 'sing-box'] as const)('%s', (peer) => {
  const missing = peerMissing(peer)
  it.skipIf(missing !== undefined)(
    `accepts migrated files${missing ? `: ${missing}` : ''}`,
    { timeout: 60_000 },
    async () => {
      const migrated: string[] = []
      for (const text of OLD_FILES) migrated.push(...(await migrate(text, peer)))
      const texts = [...new Set(migrated)]
      const verdicts = await peerChecks(peer, texts)
      const refused = texts
        .map((text, i) => ({ text, said: verdicts[i]?.said ?? '', accepted: verdicts[i]?.accepted }))
        .filter(({ accepted, said }) => accepted !== true && !NOT_HERE.test(said))
      expect(refused).toEqual([])
      expect(texts.length).toBeGreaterThan(peer === 'xray' ? 60 : 10)
    },
  )
})

/** Nothing, where the file is refused before. */
async function migrate(text: string, target: 'xray' | 'sing-box'): Promise<readonly string[]> {
  const stdin = (async function* () {
    yield Buffer.from(text)
  })()
  try {
    const [file] = await migrateFiles({ files: ['-'], stdin, target })
    const lost = file?.changes.some(({ effect }) => effect === 'lost') ?? true
    return file === undefined || lost ? [] : [file.text]
  } catch (error) {
    expect(asFault(error).code).toMatch(/^(CONFIG|LINK|VMESS|PAIR|CLI)_/)
    return []
  }
}
