/** Text → what is wrong with it: for V2Ray and its kin in general, or for one program. */
import { inspectAdvice } from './inspect/advice.js'
import type { Side } from './inspect/side.js'
import { inspectForTarget } from './inspect/targets.js'
import { inspectWhole } from './inspect/together.js'
import { type FileView, viewOf } from './inspect/view.js'
import type { ConfigIssue } from './issue.js'
import type { Environment, FileReference, Source } from './place.js'
import { readText, type TextFormat } from './read-text.js'
import type { Target } from './rules/rule.js'
import { type Judge, judgeFor, type RuleId } from './rules/table.js'

export type { Side } from './inspect/side.js'

/** More than anybody reads; what is beyond is counted. */
const MAX_FINDINGS = 1000

export interface TextCheckOptions {
  /** Name of the text in findings. */
  readonly file: string
  /** The program that is to read it; V2Ray and its kin in general unless given. */
  readonly target?: Target
  /** The form of the text; told by its content unless given. */
  readonly format?: TextFormat
  /** What the file is meant for, where that is known. */
  readonly as?: Side
  /** Where `env:NAME` is looked up. Nothing is set when this is left out. */
  readonly environment?: Environment
  /** Only these rules; all unless given. */
  readonly only?: readonly RuleId[]
  /** Without these. */
  readonly ignore?: readonly RuleId[]
  /** False for one of several files that count together: what they must agree on is checked then. */
  readonly apart?: boolean
}

/** One broken rule at one place. */
export interface Finding extends ConfigIssue {
  readonly file: string
}

/** A check under way: whoever may read files adds what is wrong with those that the text names. */
export interface TextCheck {
  readonly references: readonly FileReference[]
  /** How bad it would be to break a rule here; undefined: nobody wants to know. */
  readonly judge: Judge
  readonly file: string
  /** The text as places count it, without its byte order mark. */
  readonly text: string
  /** The syntax is broken: what the rest of the text alone does not show was not looked at. */
  readonly incomplete: boolean
  /** Undefined when the text is no JSON or holds no object. */
  readonly view: FileView | undefined
  readonly source: Source
  /** What was found so far, in the order of the file. */
  findings(): readonly Finding[]
}

/** Everything that is wrong with a text; never throws for bad input. */
export function checkText(text: string, options: TextCheckOptions): readonly Finding[] {
  return beginCheck(text, options).findings()
}

/** As `checkText`, with the files that the text names still to be looked at. */
export function beginCheck(text: string, options: TextCheckOptions): TextCheck {
  const judge = narrow(judgeFor(options.target), options)
  const { environment = {}, apart = true } = options
  const { source, at, root } = readText(text, {
    environment,
    judge,
    limit: MAX_FINDINGS,
    format: formatOf(options),
    pastMistakes: apart,
  })
  const view = root && viewOf(root)
  if (view !== undefined) {
    inspectAdvice(view)
    inspectForTarget(view, options.target)
    if (apart) inspectWhole(view, options.as)
  }
  return {
    file: options.file,
    source,
    judge,
    text: source.text,
    // Of a file that is not read to its end nobody knows what it names.
    references: at === 'syntax' ? [] : source.references,
    incomplete: at === 'syntax',
    view,
    findings: () => source.issues().map((issue) => ({ ...issue, file: options.file })),
  }
}

/** Programs that read V2Ray's form are given nothing else. */
function formatOf({ format = 'auto', target }: TextCheckOptions): TextFormat {
  const readsOthers = target === undefined || target === 'sing-box' || target === 'mihomo'
  return format === 'auto' && !readsOthers ? 'v2ray' : format
}

function narrow(judge: Judge, { only, ignore = [], as, apart = true }: TextCheckOptions): Judge {
  const asked: readonly RuleId[] = as === 'server' ? ['VM-G05'] : as === 'client' ? ['VM-G06'] : []
  return (rule) => {
    // The outbounds may stand in another file.
    if (!apart && rule === 'VM-G02') return undefined
    if (ignore.includes(rule) || (only !== undefined && !only.includes(rule))) return undefined
    return asked.includes(rule) ? 'error' : judge(rule)
  }
}
