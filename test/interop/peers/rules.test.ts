/** What `validate --target` says of a file is what the program itself says: refused there, accepted here. */
import { beforeAll, describe, expect, it } from 'vitest'
import { checkText } from '../../../src/config/check-text.js'
import type { RuleId } from '../../../src/config/rules/table.js'
import { type PeerName, peerChecks, peerMissing, type PeerVerdict } from '../../support/peers.js'
import { EXAMPLES } from '../../unit/config/rules/examples.js'
import { REFUSED_FILES } from '../../support/refused-files.js'

/** Rules that name what the program refuses, rather than what it misunderstands. */
const REFUSED: Readonly<Record<'xray' | 'sing-box', readonly RuleId[]>> = {
  xray: [
    ...(['VM-T04', 'VM-T08', 'VM-T12', 'VM-T23', 'VM-T24', 'VM-F01', 'VM-F07', 'VM-V01'] as const),
    ...(['VM-G01', 'VM-N01', 'VM-S01'] as const),
  ],
  'sing-box': ['VM-B01', 'VM-B03', 'VM-B04', 'VM-B05', 'VM-B06', 'VM-B08'],
}

const isSingBox = (id: string): boolean => id.startsWith('VM-B')
const hasError = (text: string, target: PeerName): boolean =>
  checkText(text, { file: 'x.json', target }).some(({ severity }) => severity === 'error')

describe.each(['xray', 'sing-box'] as const)('the rules and %s', (peer) => {
  const examples = Object.entries(EXAMPLES).filter(([id]) => isSingBox(id) === (peer === 'sing-box'))
  const valid = examples.flatMap(([, { bad, good }]) => [good, bad]).filter((text) => !hasError(text, peer))
  const broken = REFUSED[peer].flatMap((id) => examples.filter(([other]) => other === id))
  const refused = [
    ...broken.map(([id, { bad }]) => [id, bad] as const),
    ...Object.entries(REFUSED_FILES[peer]).map(([why, file]) => [why, JSON.stringify(file)] as const),
  ]
  const missing = peerMissing(peer)
  let verdicts: ReadonlyMap<string, PeerVerdict>

  beforeAll(async () => {
    if (missing !== undefined) return
    const texts = [...new Set([...valid, ...refused.map(([, text]) => text)])]
    const found = await peerChecks(peer, texts)
    verdicts = new Map(texts.map((text, i) => [text, found[i] as PeerVerdict]))
  }, 60_000)

  it.skipIf(missing !== undefined)(`accepts what we call valid${missing ? `: ${missing}` : ''}`, () => {
    // Lists of addresses and certificates are not part of an example.
    const complaints = valid
      .map((text) => ({ text, verdict: verdicts.get(text) }))
      .filter(({ verdict }) => verdict?.accepted !== true && !verdict?.said.includes('no such file'))
    expect(complaints).toEqual([])
    expect(valid.length).toBeGreaterThan(peer === 'xray' ? 120 : 6)
  })

  it.skipIf(missing !== undefined).each(refused)('refuses, as we do: %s', (_, text) => {
    expect([hasError(text, peer), verdicts.get(text)?.accepted]).toEqual([true, false])
  })
})
