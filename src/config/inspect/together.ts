/** What a whole configuration has to agree on, whether it stands in one file or in several. */
import { inspectReferences } from './references.js'
import { inspectSide, type Side } from './side.js'
import type { FileView, Part } from './view.js'

/** A file under check, as far as it matters here. */
export interface OneOfSeveral {
  readonly file: string
  readonly view: FileView | undefined
}

export function inspectWhole(view: FileView, side: Side | undefined): void {
  inspectReferences(view)
  if (side !== undefined) inspectSide(view, side)
}

/** Reads several files as V2Ray 4 reads several `-c`, the later ones over the earlier (config §1.5). */
export function inspectTogether(files: readonly OneOfSeveral[], side: Side | undefined): void {
  const known = files.flatMap(({ file, view }) => (view === undefined ? [] : [{ file, view }]))
  const merged = known.reduce<FileView | undefined>(
    (before, { file, view }) => (before === undefined ? view : mergeViews(before, view, file)),
    undefined,
  )
  if (merged !== undefined) inspectWhole(merged, side)
}

function mergeViews(before: FileView, later: FileView, file: string): FileView {
  return {
    root: later.root,
    section: (key) => later.section(key) ?? before.section(key),
    inbounds: mergeParts(before.inbounds, later.inbounds, true),
    outbounds: mergeParts(before.outbounds, later.outbounds, file.includes('tail')),
  }
}

/** One entry replaces that of its tag or is added; several replace the whole list. */
function mergeParts(before: readonly Part[], later: readonly Part[], atEnd: boolean): readonly Part[] {
  const [only] = later
  if (only === undefined) return before
  if (later.length > 1) return later
  const same = before.findIndex(({ tag }) => tag === only.tag)
  if (same >= 0) return before.with(same, only)
  return atEnd ? [...before, only] : [only, ...before]
}
