/** Configuration files judged by the rule table, with the files that they name. */
import { beginCheck, type Finding, type Side } from '../config/check-text.js'
import type { TextFormat } from '../config/read-text.js'
import { type Excerpt, excerptOf } from '../config/excerpt.js'
import { inspectTogether } from '../config/inspect/together.js'
import type { Rule, Severity, Target } from '../config/rules/rule.js'
import { isRuleId, RULES, type RuleId } from '../config/rules/table.js'
import { Fault, isFault } from '../faults/fault.js'
import { nearestWord } from '../faults/nearest-word.js'
import { type Clock, systemClock } from '../ports/ports.js'
import { readText } from './text-input.js'
import { mendFile, type Patch } from './mend-file.js'
import { probeFiles } from './validate-files.js'
import { visible } from '../text/visible.js'

export interface ValidateOptions {
  /** Paths; `-` is the stream. */
  readonly files: readonly string[]
  readonly stdin: AsyncIterable<Uint8Array>
  /** Where `env:NAME` is looked up, and the folder of geo files. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The program that is to read them; V2Ray and its kin in general unless given. */
  readonly target?: Target
  readonly as?: Side
  /** The form of the files; told by their content unless given. */
  readonly format?: TextFormat
  /** Ids of rules: only these, and not these. Throws `CLI_USAGE` for others. */
  readonly only?: readonly string[]
  readonly ignore?: readonly string[]
  /** Read the files as one configuration, as V2Ray does with several `-c`. */
  readonly merge?: boolean
  /** Mend what can be mended safely, and write it or only show it. The stream is never written. */
  readonly fix?: 'write' | 'show'
  readonly clock?: Clock
}

/** A finding with the line that it is about. */
export interface ShownFinding extends Finding {
  readonly excerpt: Excerpt
}

export interface Validation {
  readonly files: readonly string[]
  /** Those of them whose syntax is broken: only what the mistakes do not touch was looked at. */
  readonly incomplete: readonly string[]
  /** In the order of the files, and of the places in each. */
  readonly findings: readonly ShownFinding[]
  readonly counts: Readonly<Record<Severity, number>>
  /** What each rule among the findings says. */
  readonly rules: Readonly<Partial<Record<RuleId, Rule>>>
  /** What `fix` changed. */
  readonly patches: readonly Patch[]
  /** Files that could not be read. */
  readonly failures: readonly { readonly file: string; readonly fault: Fault }[]
}

/**
 * Judges each file, with `fix` after mending it. Throws `CLI_USAGE`, and `CLI_OUTPUT` where the mended
 * file cannot be written; a file that cannot be read is told among the results.
 */
export async function validateFiles(options: ValidateOptions): Promise<Validation> {
  const { files, merge = false } = options
  const settings = settingsOf(options)
  assertStreams(options)
  const failures: { file: string; fault: Fault }[] = []
  const patches: Patch[] = []
  const checks = []
  for (const path of files) {
    const file = path === '-' ? STREAM : path
    try {
      const given = await readText(path, { stdin: options.stdin, keepMark: true })
      const patch = options.fix && (await mendFile(path, given, { ...settings, file, fix: options.fix }))
      if (patch !== undefined) patches.push(patch)
      const check = beginCheck(patch?.text ?? given, { ...settings, file, apart: !merge })
      await probeFiles(check, { path, environment: options.environment, clock: options.clock ?? systemClock })
      checks.push(check)
    } catch (error) {
      if (!isFault(error) || !error.code.startsWith('CLI_FILE')) throw error
      failures.push({ file, fault: error })
    }
  }
  if (merge) inspectTogether(checks, options.as)
  const findings = checks.flatMap((check) =>
    check.findings().map((finding) => ({ ...finding, excerpt: excerptOf(check.text, finding) })),
  )
  return {
    files: checks.map(({ file }) => file),
    incomplete: checks.filter(({ incomplete }) => incomplete).map(({ file }) => file),
    findings,
    failures,
    patches,
    ...summaryOf(findings),
  }
}

const STREAM = 'standard input'

function settingsOf({ target, as, format, environment, only = [], ignore = [] }: ValidateOptions) {
  return {
    environment,
    ignore: ruleIds(ignore),
    ...(only.length > 0 && { only: ruleIds(only) }),
    ...(target && { target }),
    ...(as && { as }),
    ...(format && { format }),
  }
}

function summaryOf(findings: readonly ShownFinding[]): Pick<Validation, 'counts' | 'rules'> {
  const counts = { error: 0, warning: 0, note: 0 }
  for (const { severity } of findings) counts[severity]++
  const rules = Object.fromEntries(findings.map(({ rule }) => [rule, RULES[rule]]))
  return { counts, rules }
}

function assertStreams({ files, fix }: ValidateOptions): void {
  const streams = files.filter((file) => file === '-').length
  if (streams > 1) {
    throw new Fault('CLI_USAGE', { why: 'standard input can be read once: more than one file is -' })
  }
  if (fix !== undefined && streams === 1 && files.length > 1) {
    throw new Fault('CLI_USAGE', { why: 'with --fix standard input is mended alone, onto standard output' })
  }
}

function ruleIds(given: readonly string[]): readonly RuleId[] {
  return given.map((text) => {
    const id = text.toUpperCase()
    if (isRuleId(id)) return id
    // Of the same family first: VM-A99 means none of the others.
    const ids = Object.keys(RULES).toSorted(
      (a, b) => Number(sharesFamily(b, id)) - Number(sharesFamily(a, id)),
    )
    const near = nearestWord(id, ids)
    throw new Fault('CLI_USAGE', {
      why: `there is no rule ${JSON.stringify(text.slice(0, 20))}`,
      hint: near === undefined ? 'docs/reference/rules.md lists them' : `did you mean ${near}?`,
    })
  })
}

function sharesFamily(rule: string, id: string): boolean {
  return rule.slice(0, 'VM-A'.length) === id.slice(0, 'VM-A'.length)
}

/** Throws `CONFIG_SYNTAX` or `CONFIG_INVALID` when there are errors, with `strict` also for warnings. */
export function assertValid({ counts, findings, failures, incomplete }: Validation, strict: boolean): void {
  const bad = counts.error + (strict ? counts.warning : 0)
  if (bad > 0) {
    const isSyntax =
      incomplete.length > 0 ||
      findings.every(({ severity, rule }) => severity !== 'error' || /^VM-F/.test(rule))
    const names = [...new Set(findings.map(({ file }) => visible(file)))].join(', ')
    const parts = [count(counts.error, 'error'), count(counts.warning, 'warning')].filter(Boolean).join(', ')
    throw new Fault(isSyntax && counts.error > 0 ? 'CONFIG_SYNTAX' : 'CONFIG_INVALID', {
      why: `${names}: ${parts}${counts.error === 0 ? ', and --strict takes them for errors' : ''}`,
    })
  }
  const [first] = failures
  if (first !== undefined) throw first.fault
}

function count(number: number, word: string): string {
  return number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`
}
