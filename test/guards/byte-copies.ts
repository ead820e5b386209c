/**
 * `slice` on a `Uint8Array` copies; on a `Buffer`, which is one too, it is a view. A function that is
 * handed bytes cannot tell which it has, and sockets hand out a `Buffer`. So where it means to copy a
 * parameter it says `new Uint8Array(bytes)`, and where it means a view, `subarray`. The linter does not
 * know types; the compiler does.
 */
import {
  type CompilerOptions,
  createProgram,
  type Expression,
  forEachChild,
  isCallExpression,
  isParameter,
  isPropertyAccessExpression,
  type Node,
  type Program,
  type SourceFile,
  type Type,
  type TypeChecker,
} from 'typescript'

const BYTES = new Set(['Uint8Array', 'Buffer'])

/** `file:line` of every `slice` on bytes that came as a parameter. */
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
      const ofBytes = name.text === 'slice' && isBytes(checker.getTypeAtLocation(expression))
      if (ofBytes && isHandedIn(expression, checker)) {
        const { line } = source.getLineAndCharacterOfPosition(name.getStart())
        found.push(`${source.fileName}:${line + 1}`)
      }
    }
    forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** Whether it is a parameter, or a view of one. */
function isHandedIn(expression: Expression, checker: TypeChecker): boolean {
  if (isCallExpression(expression) && isPropertyAccessExpression(expression.expression)) {
    const { name, expression: inner } = expression.expression
    return name.text === 'subarray' && isHandedIn(inner, checker)
  }
  const declaration = checker.getSymbolAtLocation(expression)?.valueDeclaration
  return declaration !== undefined && isParameter(declaration)
}
