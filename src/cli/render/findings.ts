/** Findings for people and as JSON. */
import type { Validation, ShownFinding } from '../../operations/validate.js'
import type { Paint } from '../paint.js'
import { visible } from './visible.js'

type Severity = ShownFinding['severity']

const WORDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'note' }

/** A block per finding and a line with the sums; `quiet` leaves out notes and good news. */
export function renderFindings(
  { files, findings, counts, rules, incomplete }: Validation,
  { paint, quiet }: { readonly paint: Paint; readonly quiet: boolean },
): string {
  const shown = quiet ? findings.filter(({ severity }) => severity !== 'note') : findings
  const blocks = shown.map((finding) => renderFinding(finding, rules[finding.rule]?.why, paint))
  const sums = [
    ...plural(counts.error, 'error'),
    ...plural(counts.warning, 'warning'),
    ...plural(counts.note, 'note'),
  ]
  const clean = counts.error + counts.warning === 0
  if (clean && quiet) return blocks.join('\n')
  const fixable = findings.filter(({ fix }) => fix !== undefined).length
  const last = [
    files.length === 1 ? visible(files[0] ?? '') : `${files.length} files`,
    sums.length === 0 ? paint.green('no findings') : sums.join(', '),
  ].join(': ')
  const sum = fixable === 0 ? last : `${last}; --fix mends ${fixable}`
  return [...blocks, sum, ...incomplete.map(waiting)].join('\n')
}

function waiting(file: string): string {
  return `${visible(file)}: other checks wait until the syntax is mended`
}

function plural(count: number, word: string): string[] {
  return count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]
}

function renderFinding(finding: ShownFinding, why: string | undefined, paint: Paint): string {
  const { file, line, column, severity, rule, path, message, hint, excerpt } = finding
  const place = `${file}:${line}:${column}`
  const head = `${paint.bold(visible(place))} ${painted(severity, paint)} ${rule} ${visible(path)}`.trimEnd()
  return [
    head,
    `  ${visible(message)}`,
    ...renderExcerpt(excerpt, line, paint).map((text) => `  ${text}`),
    `  ${hint === undefined ? (why ?? '') : `try: ${visible(hint)}`}`,
    '',
  ].join('\n')
}

/** The line with its number, and carets below what is meant. */
export function renderExcerpt(
  { text, column, length }: ShownFinding['excerpt'],
  line: number,
  paint: Paint,
): readonly string[] {
  const number = `${line}`
  const before = visible(text.slice(0, column)).length
  const marks = '^'.repeat(Math.min(length, visible(text).length - before) || 1)
  return [
    `${paint.dim(`${number} |`)} ${visible(text)}`,
    `${paint.dim(`${' '.repeat(number.length)} |`)} ${' '.repeat(before)}${paint.cyan(marks)}`,
  ]
}

function painted(severity: Severity, paint: Paint): string {
  if (severity === 'error') return paint.red(WORDS.error)
  return severity === 'warning' ? paint.yellow(WORDS.warning) : paint.dim(WORDS.note)
}

/** `data` of `--json`. */
export function findingsJson({
  files,
  incomplete,
  findings,
  counts,
  failures,
  patches,
  rules,
}: Validation): object {
  return {
    files,
    incomplete,
    counts,
    findings: findings.map((finding) => {
      const { rule: id, severity, path, file, line, column, message, hint, fix } = finding
      const advice = hint ?? rules[id]?.why
      return { id, severity, path, file, line, column, message, hint: advice, fixable: fix !== undefined }
    }),
    patches: patches.map(({ file, difference, rules: mended }) => ({ file, difference, mended })),
    unreadable: failures.map(({ file, fault }) => ({
      file,
      code: fault.code,
      message: fault.why ?? fault.what,
    })),
  }
}
