/**
 * Every rule about configurations, by its id. `docs/reference/rules.md` is written from this table, and
 * each row has an example that breaks it and one that does not (`test/unit/config/rules`).
 */
import { ENGINE_RULES } from './engine.js'
import { FILE_RULES } from './file.js'
import { INBOUND_RULES } from './inbounds.js'
import { OUTBOUND_RULES } from './outbounds.js'
import type { Rule, Severity, Target } from './rule.js'
import { SECTION_RULES } from './sections.js'
import { SING_BOX_RULES } from './sing-box.js'
import { STREAM_RULES } from './streams.js'
import { TARGET_RULES } from './targets.js'
import { USER_RULES } from './users.js'
import { VALUE_RULES } from './values.js'

const ALL = {
  ...FILE_RULES,
  ...VALUE_RULES,
  ...USER_RULES,
  ...INBOUND_RULES,
  ...OUTBOUND_RULES,
  ...STREAM_RULES,
  ...SECTION_RULES,
  ...TARGET_RULES,
  ...SING_BOX_RULES,
  ...ENGINE_RULES,
}

export type RuleId = keyof typeof ALL

export const RULES: Readonly<Record<RuleId, Rule>> = ALL

/** Decides how bad it is to break a rule; undefined: not to be mentioned. */
export type Judge = (rule: RuleId) => Severity | undefined

/** What runs a file: its own limits count, advice and notes do not. */
export const judgeToRun: Judge = (id) => {
  const rule = RULES[id]
  if (rule.kind === 'advice') return undefined
  const severity = rule.targets?.vmess ?? rule.severity
  return severity === 'note' ? undefined : listed(severity)
}

/** For a program, or for V2Ray and its kin in general: limits of this one are a note then. */
export function judgeFor(target: Target | undefined): Judge {
  if (target === 'vmess')
    return (id) => (RULES[id].kind === 'advice' ? severityOf(id, target) : judgeToRun(id))
  return (id) => (RULES[id].kind === 'engine' ? 'note' : severityOf(id, target))
}

function severityOf(id: RuleId, target: Target | undefined): Severity | undefined {
  const rule = RULES[id]
  return listed((target === undefined ? undefined : rule.targets?.[target]) ?? rule.severity)
}

function listed(severity: Severity | 'off'): Severity | undefined {
  return severity === 'off' ? undefined : severity
}

/** Whether a text is the id of a rule. */
export function isRuleId(text: string): text is RuleId {
  return Object.hasOwn(RULES, text)
}
