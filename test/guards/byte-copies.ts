/**
 * `slice` on a `Uint8Array` copies; on a `Buffer`, which is one too, it is a view. Code that is handed
 * bytes cannot tell which it has, so where it means to copy it says `new Uint8Array(bytes)`, and where it
 * means a view, `subarray`. The linter does not know types; the compiler does.
 */
import { createProgram, forEachChild, isCallExpression, isPropertyAccessExpression } from 'typescript'
import type { CompilerOptions, Node, Program, SourceFile, Type } from 'typescript'

const BYTES = new Set(['Uint8Array', 'Buffer'])

/** `file:line` of every `slice` on bytes in these files. */
export function findByteSlices(files: readonly string[], options: CompilerOptions): readonly string[] {
  const program = createProgram(files, { ...options, noEmit: true })
  const sources = files.map((file) => program.getSourceFile(file)).filter((source) => source !== undefined)
  return sources.flatMap((source) => findInSource(program, source))
}

function findInSource(program: Program, source: SourceFile): readonly string[] {
  const checker = program.getTypeChecker()
  const found: string[] = []
  const isBytes = (type: Type): boolean =>
    type.isUnion()
      ? type.types.some(isBytes)
      : BYTES.has(checker.getNonNullableType(type).getSymbol()?.name ?? '')
  const visit = (node: Node): void => {
    if (isCallExpression(node) && isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression
      if (name.text === 'slice' && isBytes(checker.getTypeAtLocation(expression))) {
        const { line } = source.getLineAndCharacterOfPosition(name.getStart())
        found.push(`${source.fileName}:${line + 1}`)
      }
    }
    forEachChild(node, visit)
  }
  visit(source)
  return found
}
