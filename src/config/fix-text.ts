/** Mends a text as far as that is safe: for V2Ray it means the same, or it was refused and can mean one thing. */
import { checkText, type Finding, type TextCheckOptions } from './check-text.js'
import { applyEdits } from './edits.js'

export interface FixedText {
  readonly text: string
  /** What was mended, in the order it was done. */
  readonly fixed: readonly Finding[]
}

/** A fix may bring the next problem to light: a comma too many hides all that is wrong behind it. */
const MAX_ROUNDS = 50
const MARK = '\uFEFF'

/** Text that nothing can be mended in comes back as it is. Findings are those of `checkText`. */
export function fixText(given: string, options: TextCheckOptions): FixedText {
  const fixed: Finding[] = []
  let mark = given.startsWith(MARK) ? MARK : ''
  let text = given.slice(mark.length)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const mendable = checkText(mark + text, options).filter(({ fix }) => fix !== undefined)
    if (mendable.length === 0) break
    fixed.push(...mendable)
    if (mendable.some(({ rule }) => rule === 'VM-F02')) mark = ''
    text = applyEdits(
      text,
      mendable.flatMap(({ fix = [] }) => fix),
    )
  }
  return { text: mark + text, fixed }
}
