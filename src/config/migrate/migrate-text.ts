/** A V2Ray or Xray configuration rewritten for another version or program, field by field. */
import { Fault } from '../../faults/fault.js'
import { checkText, type Finding } from '../check-text.js'
import { parseSyntax } from '../syntax.js'
import { getNodeValue } from 'jsonc-parser'
import { blankComments } from '../../text/comments.js'
import { type Change, isData, type Migration, type MigrateTarget, type Step } from './document.js'
import { dropAlterIds, joinLists, liftRouting, spreadTransport, writeSniffing } from './old-form.js'
import { nestServers, renameProtocols, rewriteStreams, typeRules } from './to-v2ray.js'
import { allowPrivate, dropDynamicPorts, dropSwitches, reportStreams, splitServers } from './to-xray.js'
import { visible } from '../../text/visible.js'

export type { Change, MigrateTarget } from './document.js'

const FIRST: readonly Step[] = [joinLists, liftRouting, writeSniffing, spreadTransport, dropAlterIds]
const TO_V2RAY: readonly Step[] = [renameProtocols, nestServers, typeRules, rewriteStreams]
const TO_XRAY: readonly Step[] = [dropDynamicPorts, dropSwitches, splitServers, reportStreams, allowPrivate]

const STEPS: Readonly<Record<MigrateTarget, readonly Step[]>> = {
  v2ray4: [...FIRST, ...TO_V2RAY],
  v2ray5: [...FIRST, ...TO_V2RAY],
  xray: [...FIRST, ...TO_XRAY],
}

export interface MigratedText {
  /** JSON, two spaces of indent. */
  readonly text: string
  readonly changes: readonly Change[]
  /** What the target would still refuse. */
  readonly errors: readonly Finding[]
}

/** Throws `CONFIG_SYNTAX` and `CONFIG_INVALID` for text that is no configuration. */
export function migrateText(given: string, target: MigrateTarget, file: string): MigratedText {
  const [broken] = checkText(given, { file }).filter(
    ({ rule, severity }) => severity === 'error' && rule.startsWith('VM-F'),
  )
  const parsed = parseSyntax(given)
  if (!parsed.ok || broken !== undefined) {
    const where =
      broken === undefined
        ? visible(file)
        : `${visible(file)}:${broken.line}:${broken.column}: ${broken.message}`
    throw new Fault('CONFIG_SYNTAX', { why: where })
  }
  const value: unknown = getNodeValue(parsed.root)
  const root = isData(value) ? value : {}
  const changes: Change[] = []
  const migration: Migration = { root, target, changes }
  for (const step of STEPS[target]) step(migration)
  if (blankComments(parsed.text) !== parsed.text) {
    changes.push({ path: '', effect: 'removed', what: 'comments are not carried over' })
  }
  const text = `${JSON.stringify(root, null, 2)}\n`
  const errors = checkText(text, { file, target }).filter(({ severity }) => severity === 'error')
  return { text, changes, errors }
}
