/** One configuration file mended, with the difference as people read it. */
import { realpath, stat } from 'node:fs/promises'
import type { TextCheckOptions } from '../config/check-text.js'
import { hideSecrets } from '../config/excerpt.js'
import { fixText } from '../config/fix-text.js'
import { writeOutputFile } from './output-file.js'

export interface Patch {
  readonly file: string
  /** Unified; ids and passwords are stars. */
  readonly difference: string
  /** Rules that were mended, one entry per place. */
  readonly rules: readonly string[]
  /** The mended file. */
  readonly text: string
}

/** Undefined when there is nothing to mend. Throws `CLI_OUTPUT`. */
export async function mendFile(
  path: string,
  given: string,
  { fix, ...options }: TextCheckOptions & { readonly fix: 'write' | 'show' },
): Promise<Patch | undefined> {
  const { text, fixed } = fixText(given, options)
  // Whoever gives standard input waits for something on standard output.
  if (text === given && path !== '-') return undefined
  if (fix === 'write' && path !== '-') {
    // A link stays one: what it points to is replaced.
    const target = await realpath(path)
    const { mode } = await stat(target)
    await writeOutputFile(target, text, { mode: mode & 0o7777, force: true })
  }
  return {
    file: options.file,
    difference: text === given ? '' : await differenceOf(options.file, given, text),
    rules: fixed.map(({ rule }) => rule),
    text,
  }
}

/** From one text to another, as `diff -u` shows it. */
export async function differenceOf(file: string, before: string, after: string): Promise<string> {
  const { createTwoFilesPatch } = await import('diff')
  const patch = createTwoFilesPatch(file, `${file} (mended)`, before, after, '', '', { context: 2 })
  // The package ends the two names with a tab, where others put a time.
  const lines = patch
    .replace(/^(---|\+\+\+) (.*)\t$/gm, '$1 $2')
    .split('\n')
    .filter((line) => !/^={5,}$/.test(line))
  return lines.map(hideSecrets).join('\n').trimEnd()
}
